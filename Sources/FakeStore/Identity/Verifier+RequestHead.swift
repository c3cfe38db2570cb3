// From a request's head to what is verified of it.

import HTTP

extension Verifier.Input {
    /// The signed parts of a head; they stay slices of its bytes.
    package init(_ head: RequestHead, bodyHash: ArraySlice<UInt8> = []) {
        self.init(
            method: head.method.name,
            rawPath: head.rawPath,
            rawQuery: head.rawQuery ?? [],
            fields: head.headers,
            bodyHash: bodyHash
        )
    }
}
