// The canonical request of Signature Version 4: the text of which both sides sign the hash.
// [documented: "Create a signed AWS API request"; for S3 "Signature Calculations for the Authorization
// Header"]
//
// It is written to a sink: into SHA-256 while a request is verified, and into text for the answer to a
// wrong signature and for tests. Both go through the same code, so the text is what was hashed.

import Digest
import HTTP

/// How a service turns the path of a request into the canonical one.
package enum PathRule: Sendable, Hashable {
    /// S3: every byte encoded once, nothing normalised, because `a//b/../c` is a key like any other.
    case encodedOnce
    /// All other services: the path as sent encoded once more, and first normalised (dot segments and
    /// double slashes removed) unless the client was told not to.
    case encodedTwice(normalised: Bool)
}

/// The parts of a request that are signed, in the order of the canonical form.
package struct CanonicalRequest: Sendable {
    package var method: String
    /// As on the wire.
    package var rawPath: ArraySlice<UInt8>
    /// As on the wire, without the `?`; empty without a query.
    package var rawQuery: ArraySlice<UInt8>
    package var fields: HeaderFields
    /// The names of the signed headers as the signer listed them: `host;x-amz-date`.
    package var signedHeaders: ArraySlice<UInt8>
    /// The last line: the value of `x-amz-content-sha256`, or the hash of the body.
    package var payload: ArraySlice<UInt8>
    package var pathRule: PathRule

    package init(
        method: String,
        rawPath: ArraySlice<UInt8>,
        rawQuery: ArraySlice<UInt8>,
        fields: HeaderFields,
        signedHeaders: ArraySlice<UInt8>,
        payload: ArraySlice<UInt8>,
        pathRule: PathRule
    ) {
        self.method = method
        self.rawPath = rawPath
        self.rawQuery = rawQuery
        self.fields = fields
        self.signedHeaders = signedHeaders
        self.payload = payload
        self.pathRule = pathRule
    }

    /// The canonical form as text; the bytes of a header that are not UTF-8 show as U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The canonical form.
    package var bytes: [UInt8] {
        var sink = BytesSink()
        write(to: &sink, SignedHeaderMap(signedHeaders.span, fields))
        return sink.bytes
    }

    /// The hash of the canonical form, made without building it.
    package var hash: SHA256.Value { hash(SignedHeaderMap(signedHeaders.span, fields)) }

    /// The hash, given the lines of the signed headers.
    private func hash(_ map: borrowing SignedHeaderMap) -> SHA256.Value {
        DigestSink.digesting(SHA256()) { write(to: &$0, map) }
    }

    private func write(to sink: inout some CanonicalSink, _ map: borrowing SignedHeaderMap) {
        CanonicalRequest.write(
            to: &sink,
            method: method,
            rawPath: rawPath.span,
            rawQuery: rawQuery,
            fields: fields,
            signedHeaders: signedHeaders.span,
            payload: payload.span,
            pathRule: pathRule,
            map
        )
    }

    /// The hash of a request's canonical form, from where its parts lie.
    static func hash(
        of input: borrowing Verifier.Input,
        signedHeaders: Span<UInt8>,
        payload: Span<UInt8>,
        pathRule: PathRule,
        _ map: borrowing SignedHeaderMap
    ) -> SHA256.Value {
        DigestSink.digesting(SHA256()) { sink in
            write(
                to: &sink,
                method: input.method,
                rawPath: input.rawPath.span,
                rawQuery: input.rawQuery,
                fields: input.fields,
                signedHeaders: signedHeaders,
                payload: payload,
                pathRule: pathRule,
                map
            )
        }
    }

    @inline(__always)
    private static func write(
        to sink: inout some CanonicalSink,
        method: borrowing String,
        rawPath: Span<UInt8>,
        rawQuery: borrowing ArraySlice<UInt8>,
        fields: borrowing HeaderFields,
        signedHeaders: Span<UInt8>,
        payload: Span<UInt8>,
        pathRule: PathRule,
        _ map: borrowing SignedHeaderMap
    ) {
        sink.append(method.utf8.span)
        sink.append(newline)
        CanonicalPath.write(rawPath, rule: pathRule, to: &sink)
        sink.append(newline)
        if !rawQuery.isEmpty { CanonicalQuery.write(copy rawQuery, to: &sink) }
        sink.append(newline)
        writeHeaders(signedHeaders, of: fields, to: &sink, map)
        sink.append(newline)
        sink.append(signedHeaders)
        sink.append(newline)
        sink.append(payload)
    }

    /// Writes a `name:value` line for each name of the list, in its order.
    ///
    /// Values are trimmed, runs of spaces made one, and the values of lines with the same name joined
    /// with commas. A name without a line has an empty value.
    @inline(__always)
    private static func writeHeaders(
        _ list: Span<UInt8>,
        of fields: borrowing HeaderFields,
        to sink: inout some CanonicalSink,
        _ map: borrowing SignedHeaderMap
    ) {
        let bytes = fields.bytes.span
        for index in 0..<map.count {
            let name = list.extracting(map.range(at: index))
            sink.append(name)
            sink.append(UInt8(ascii: ":"))
            if let first = map.firstLine(at: index) {
                writeCollapsed(bytes.extracting(fields.valueRange(at: first)), to: &sink)
                if map.hasRepeatedLines {
                    for line in (first + 1)..<max(fields.count, first + 1) {
                        let range = fields.nameRange(at: line)
                        guard range.count == name.count, isSameName(bytes.extracting(range), name)
                        else {
                            continue
                        }
                        sink.append(UInt8(ascii: ","))
                        writeCollapsed(bytes.extracting(fields.valueRange(at: line)), to: &sink)
                    }
                }
            }
            sink.append(newline)
        }
    }

    @inline(__always)
    private static func writeCollapsed(_ value: Span<UInt8>, to sink: inout some CanonicalSink) {
        guard hasRunOfSpaces(value) else {
            sink.append(value)
            return
        }
        var start = 0
        var index = 1
        while index < value.count {
            if value[index] == space, value[index - 1] == space {
                sink.append(value.extracting(start..<index))
                while index < value.count, value[index] == space { index += 1 }
                start = index
            }
            index += 1
        }
        sink.append(value.extracting(start...))
    }

    /// Whether two spaces stand together.
    ///
    /// Rarely they do, so this has no early exit and runs over whole vectors; unchecked, because `index`
    /// stays below `count`.
    @inline(__always)
    private static func hasRunOfSpaces(_ value: Span<UInt8>) -> Bool {
        guard value.count > 1 else { return false }
        var found: UInt8 = 0
        for index in 1..<value.count {
            let isRun = value[unchecked: index] == space && value[unchecked: index - 1] == space
            found |= isRun ? 1 : 0
        }
        return found != 0
    }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
