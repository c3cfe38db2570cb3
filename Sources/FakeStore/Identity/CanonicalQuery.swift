// The third line of a canonical request: the parameters of the query, each encoded once, sorted by name
// and then by value, every name with its `=`.

/// Writes the canonical form of a raw query.
enum CanonicalQuery {
    @inline(__always)
    static func write(_ query: ArraySlice<UInt8>, to sink: inout some CanonicalSink) {
        // One parameter, such as the `x-id=PutObject` of several SDKs, needs no sorting.
        if !query.contains(ampersand) {
            let equals = query.firstIndex(of: equals) ?? query.endIndex
            writeParameter(name: query[..<equals], value: query[equals...].dropFirst(), to: &sink)
            return
        }
        writeSorted(query, to: &sink)
    }

    private static func writeSorted(_ query: ArraySlice<UInt8>, to sink: inout some CanonicalSink) {
        var parameters: [(name: [UInt8], value: [UInt8])] = []
        for parameter in query.split(separator: ampersand) {
            let equals = parameter.firstIndex(of: equals) ?? parameter.endIndex
            let name = parameter[..<equals]
            // The signature of a presigned address is not part of what it signs.
            if name.elementsEqual("X-Amz-Signature".utf8) { continue }
            parameters.append((encoded(name), encoded(parameter[equals...].dropFirst())))
        }
        parameters.sort { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value)
                : left.name.lexicographicallyPrecedes(right.name)
        }
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { sink.append(ampersand) }
            sink.append(parameter.name.span)
            sink.append(equals)
            sink.append(parameter.value.span)
        }
    }

    private static func writeParameter(
        name: ArraySlice<UInt8>,
        value: ArraySlice<UInt8>,
        to sink: inout some CanonicalSink
    ) {
        CanonicalPath.writeEncodedOnce(name.span, isPath: false, to: &sink)
        sink.append(equals)
        CanonicalPath.writeEncodedOnce(value.span, isPath: false, to: &sink)
    }

    private static func encoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var sink = BytesSink()
        CanonicalPath.writeEncodedOnce(text.span, isPath: false, to: &sink)
        return sink.bytes
    }

    private static let ampersand = UInt8(ascii: "&")
    private static let equals = UInt8(ascii: "=")
}
