// What a request tells to conditions and variables (iam.md section 8, "Actions, resources, and condition
// keys for Amazon S3", "AWS global condition context keys"). Made only when a document asks for anything;
// what follows from caller and resource alone is the policies' own business.

import Cloud
import EventLoop
import HTTP
import HTTPServer
import Platform
import Policy
import World

extension Exchange {
    /// The context keys of the request.
    ///
    /// A key is absent when its field was not sent: defaults of the bucket never fill it.
    func context() -> ContextValues {
        var context = ContextValues()
        addHeaders(to: &context)
        addTags(to: &context)
        addParameters(to: &context)
        addConnection(to: &context)
        addAssumed(to: &context)
        return context
    }

    private func addHeaders(to context: inout ContextValues) {
        for (name, key) in Exchange.keysOfHeaders {
            guard let value = headers.first(named: name) else { continue }
            context.set(key, to: [value], source: .request)
        }
        // Policies compare ARNs, whatever the client named the key by [documented: "Using server-side
        // encryption with AWS KMS keys"].
        if let name = headers.first("x-amz-server-side-encryption-aws-kms-key-id") {
            context.set(
                "s3:x-amz-server-side-encryption-aws-kms-key-id",
                to: [resolvedKeyARN(name)],
                source: .request
            )
        }
        if let text = headers.first("x-amz-object-lock-retain-until-date"),
            let date = Timestamp(iso8601: text)
        {
            let days = (date.seconds - now.seconds) / 86_400
            context.set(
                "s3:object-lock-remaining-retention-days",
                to: [String(days)],
                source: .request
            )
        }
        if let source = headers.first("x-amz-copy-source") {
            let bytes = Array(source.utf8)[...]
            let path = PercentEncoding.decode(bytes, plusIsSpace: true).map {
                String(decoding: $0, as: UTF8.self)
            }
            let text = path ?? source
            context.set(
                "s3:x-amz-copy-source",
                to: [text.hasPrefix("/") ? String(text.dropFirst()) : text],
                source: .request
            )
        }
        switch operation?.name {
        case "PutObject", "CopyObject", "CompleteMultipartUpload":
            context.set("s3:ObjectCreationOperation", to: ["true"], source: .request)
        case "CreateMultipartUpload", "UploadPart", "UploadPartCopy":
            context.set("s3:ObjectCreationOperation", to: ["false"], source: .request)
        default: break
        }
    }

    /// Each header that is a context key of its own, and the key.
    private static let keysOfHeaders: [(String, String)] =
        [
            "x-amz-acl", "x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-read-acp",
            "x-amz-grant-write-acp", "x-amz-grant-full-control", "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-customer-algorithm", "x-amz-storage-class",
            "x-amz-metadata-directive", "x-amz-website-redirect-location", "x-amz-content-sha256",
            "if-none-match", "if-match",
        ].map { ($0, "s3:" + $0) } + [
            ("x-amz-object-lock-mode", "s3:object-lock-mode"),
            ("x-amz-object-lock-legal-hold", "s3:object-lock-legal-hold"),
            ("x-amz-object-lock-retain-until-date", "s3:object-lock-retain-until-date"),
            ("user-agent", "aws:UserAgent"), ("referer", "aws:Referer"),
        ]

    /// `s3:RequestObjectTag/K` and their keys, from `x-amz-tagging: K=V&…`.
    private func addTags(to context: inout ContextValues) {
        guard let field = headers.bytes(of: "x-amz-tagging"), let tags = try? Query(field) else {
            return
        }
        for name in tags.names {
            context.set("s3:RequestObjectTag/\(name)", to: [tags[name] ?? ""], source: .request)
        }
        context.set("s3:RequestObjectTagKeys", to: tags.names, source: .request)
    }

    private func addParameters(to context: inout ContextValues) {
        for (name, key) in [("prefix", "s3:prefix"), ("delimiter", "s3:delimiter")] {
            guard let value = query[name] else { continue }
            context.set(key, to: [value], source: .request)
        }
        for (name, key) in [("max-keys", "s3:max-keys"), ("versionId", "s3:versionid")] {
            guard let value = query[name] else { continue }
            context.set(key, to: [value], source: .request)
        }
    }

    /// What holds for the request and for the questions that S3 puts to other services on its behalf.
    func addTimeAndCaller(to context: inout ContextValues) {
        context.set("aws:RequestedRegion", to: [region], source: .request)
        context.set("aws:CurrentTime", to: [now.iso8601()], source: .world)
        context.set("aws:EpochTime", to: [String(now.seconds)], source: .world)
        caller.addSession(to: &context)
    }

    private func addConnection(to context: inout ContextValues) {
        if !isUnsigned {
            context.set("s3:authType", to: ["REST-HEADER"], source: .request)
            context.set("s3:signatureversion", to: ["AWS4-HMAC-SHA256"], source: .request)
        }
        addTimeAndCaller(to: &context)
        context.set("aws:SourceIp", to: [request.peer.host], source: .request)
        // Plain HTTP on loopback counts as TLS.
        context.set("aws:SecureTransport", to: ["true"], source: .assumed)
        context.set("aws:ViaAWSService", to: ["false"], source: .world)
    }

    /// Adds what the wire can't carry, from `x-fakestore-context: KEY=VALUE; KEY=VALUE`.
    ///
    /// A key without `=` is absent.
    private func addAssumed(to context: inout ContextValues) {
        guard let field = headers.first("x-fakestore-context") else { return }
        for part in field.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = Exchange.trimmed(pair[0])
            guard !key.isEmpty else { continue }
            context.set(
                key,
                to: pair.count == 2 ? [Exchange.trimmed(pair[1])] : [],
                source: .assumed
            )
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
