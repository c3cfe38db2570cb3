// GetObjectAttributes: what is known of an object, by a list of names, without reading it.

import HTTP
import HTTPServer
import Store
import XML

enum GetObjectAttributes {
    static let operation = Operation(
        "GetObjectAttributes",
        .get,
        .object,
        parameter: "attributes",
        requires: { _ in required },
        perform: perform
    )

    /// Both [documented: GetObjectAttributes, "Permissions"].
    private static let required = [
        Requirement(action: "s3:GetObject", target: .object),
        Requirement(action: "s3:GetObjectAttributes", target: .object),
    ]
    private static let names: Set<String> = [
        "ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize",
    ]

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        let wanted = try wanted(exchange.headers)
        guard let record = try exchange.readRecord() else { throw try exchange.missingKey() }
        try exchange.checkOwner(of: record, in: exchange.bucket)
        try exchange.authorizeDecryption(of: record, in: exchange.bucket)
        let attributes = record.attributes
        var xml = XMLWriter()
        xml.element("GetObjectAttributesResponse", namespace: s3Namespace) { xml in
            // Without quotes here [recorded].
            if wanted.contains("ETag") { xml.element("ETag", attributes.etag) }
            if wanted.contains("Checksum"), let checksum = attributes.checksums.first {
                xml.element("Checksum") { xml in
                    xml.element("Checksum\(checksum.algorithm)", checksum.value)
                    xml.element("ChecksumType", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
                }
            }
            if wanted.contains("ObjectParts"), let sizes = attributes.partSizes {
                xml.element("ObjectParts") { xml in xml.element("PartsCount", sizes.count) }
            }
            if wanted.contains("StorageClass") {
                xml.element("StorageClass", attributes.storageClass)
            }
            if wanted.contains("ObjectSize") { xml.element("ObjectSize", attributes.size) }
        }
        var response = exchange.response(200, xml: xml)
        response.fields.add("Last-Modified") { HTTPDate.append(record.modified, to: &$0) }
        return response
    }

    /// The names in `x-amz-object-attributes`.
    ///
    /// Of `ObjectParts` only their number is told; whole objects have none.
    ///
    /// - Throws: `InvalidRequest`, `InvalidArgument` [reported: versitygw, whose tests are run against AWS
    ///   as well].
    private static func wanted(_ headers: HeaderFields) throws(S3Error) -> Set<String> {
        var wanted: Set<String> = []
        for value in headers.values(of: "x-amz-object-attributes") {
            for part in value.split(separator: ",") {
                let name = String(part.drop { $0 == " " }.prefix { $0 != " " })
                guard names.contains(name) else {
                    throw .invalidArgument(
                        "Invalid attribute name specified.",
                        name: "x-amz-object-attributes",
                        value: name
                    )
                }
                wanted.insert(name)
            }
        }
        if wanted.isEmpty {
            throw .invalidRequest(
                "The x-amz-object-attributes header specifying the attributes to be retrieved is either "
                    + "missing or empty"
            )
        }
        return wanted
    }
}
