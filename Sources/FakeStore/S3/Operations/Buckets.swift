// The calls about buckets themselves: list, create, look, locate, delete.

import Cloud
import HTTP
import HTTPServer
import Platform
import World
import XML

/// The namespace of S3's documents.
let s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

enum ListBuckets {
    /// The most buckets of one page [documented].
    private static let pageLimit = 10_000

    static let operation = Operation("ListBuckets", .get, .service, action: "s3:ListAllMyBuckets") {
        exchange throws(S3Error) in
        let query = exchange.query
        let limit = try PageSize.parse(query["max-buckets"], name: "max-buckets", limit: pageLimit)
        let after = try query["continuation-token"].map(ContinuationToken.decode)
        let prefix = query["prefix"] ?? ""
        let region = query["bucket-region"]
        let account = exchange.principal.account
        let matching = exchange.state.buckets.values
            .filter { $0.account == account && $0.dialect == .s3 }
            .filter { $0.name.hasPrefix(prefix) && (region == nil || $0.region == region) }
            .filter { bucket in
                after.map { bucket.name > String(decoding: $0, as: UTF8.self) } ?? true
            }
            .sorted { $0.name < $1.name }
        let page = matching.prefix(limit)
        var xml = XMLWriter()
        xml.element("ListAllMyBucketsResult", namespace: s3Namespace) { xml in
            xml.element("Owner") { xml in xml.element("ID", exchange.canonicalID(of: account)) }
            xml.element("Buckets") { xml in
                for bucket in page {
                    xml.element("Bucket") { xml in
                        xml.element("Name", bucket.name)
                        xml.element("CreationDate", bucket.created.iso8601(milliseconds: true))
                        // Only paginated answers tell the region [documented].
                        if !query.isEmpty { xml.element("BucketRegion", bucket.region) }
                    }
                }
            }
            if page.count < matching.count, let last = page.last {
                xml.element(
                    "ContinuationToken",
                    ContinuationToken.encode(after: Array(last.name.utf8))
                )
            }
            if query.has("prefix") { xml.element("Prefix", prefix) }
        }
        return exchange.response(200, xml: xml)
    }
}

enum CreateBucket {
    static let operation = Operation("CreateBucket", .put, .bucket, action: "s3:CreateBucket") {
        exchange throws(S3Error) in
        let headers = exchange.headers
        // rclone sends `false` with every bucket it makes.
        if let lock = headers.first("x-amz-bucket-object-lock-enabled"),
            lock.lowercased() != "false"
        {
            throw .notImplemented(header: "x-amz-bucket-object-lock-enabled")
        }
        var ownership: ObjectOwnership?
        if let text = headers.first("x-amz-object-ownership") {
            ownership = ObjectOwnership(rawValue: text)
            guard ownership != nil, ownership != ObjectOwnership.none else {
                throw .invalidArgument(
                    "Invalid x-amz-object-ownership header: \(text)",
                    name: "x-amz-object-ownership",
                    value: text
                )
            }
        }
        // [documented: CreateBucket, with ACLs disabled]
        if let acl = headers.first("x-amz-acl"), acl != "private" {
            throw S3Error(
                400,
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
            )
        }
        let called = exchange.region
        let wanted = try constraint(of: await exchange.document())
        let region: String
        switch wanted {
        case nil where called == "us-east-1": region = called
        case nil: throw .illegalLocationConstraint("unspecified")
        case let named? where called == "us-east-1" || called == named: region = named
        case let named?: throw .illegalLocationConstraint(named)
        }
        if let existing = exchange.state.bucket(exchange.bucketName) {
            // Only a repeated call comes here; it must ask for the same region.
            guard existing.region == region else { throw .bucketAlreadyOwnedByYou(existing.name) }
        } else {
            try await exchange.createBucket(region: region, ownership: ownership)
        }
        var response = exchange.response(200)
        response.fields.add("Location", "/\(exchange.bucketName)")
        response.fields.add("x-amz-bucket-arn", "arn:aws:s3:::\(exchange.bucketName)")
        return response
    }

    /// The location constraint in a CreateBucketConfiguration; nil without a body or element.
    ///
    /// - Throws: `MalformedXML`, `InvalidLocationConstraint`, 501 for what else the document may hold.
    private static func constraint(of document: [UInt8]) throws(S3Error) -> String? {
        guard !document.isEmpty else { return nil }
        guard let root = try? XML.parse(document), root.name == "CreateBucketConfiguration" else {
            throw .malformedXML
        }
        var region: String?
        for child in root.children {
            switch child.name {
            case "LocationConstraint": region = child.text
            case "Tags", "Location", "Bucket":
                throw .notModelled("\(child.name) in CreateBucketConfiguration")
            default: throw .malformedXML
            }
        }
        guard let region, !region.isEmpty else { return nil }
        // `EU` is the old name of eu-west-1 [documented: CreateBucket, LocationConstraint].
        if region == "EU" { return "eu-west-1" }
        let plausible = region.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z"))
                || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                || $0 == UInt8(ascii: "-")
        }
        // us-east-1 is no constraint: its buckets are made without one [documented].
        guard plausible, region != "us-east-1", region.contains("-") else {
            throw .invalidLocationConstraint(region)
        }
        return region
    }
}

enum HeadBucket {
    static let operation = Operation("HeadBucket", .head, .bucket, action: "s3:ListBucket") {
        exchange throws(S3Error) in
        var response = exchange.response(200)
        response.fields.add("x-amz-bucket-arn", "arn:aws:s3:::\(exchange.bucketName)")
        response.fields.add("x-amz-bucket-region", exchange.bucket.region)
        response.fields.add("x-amz-access-point-alias", constant: "false")
        response.fields.add("Content-Type", constant: "application/xml")
        return response
    }
}

enum GetBucketLocation {
    static let operation = Operation(
        "GetBucketLocation",
        .get,
        .bucket,
        parameter: "location",
        action: "s3:GetBucketLocation"
    ) { exchange throws(S3Error) in
        var xml = XMLWriter()
        let region = exchange.bucket.region
        // us-east-1 is told by an empty element [documented].
        xml.element("LocationConstraint", namespace: s3Namespace) { xml in
            if region != "us-east-1" { xml.append(region) }
        }
        return exchange.response(200, xml: xml)
    }
}

enum DeleteBucket {
    static let operation = Operation("DeleteBucket", .delete, .bucket, action: "s3:DeleteBucket") {
        exchange throws(S3Error) in
        try await exchange.deleteBucket()
        return exchange.response(204)
    }
}
