// AWS's query protocol: one call's way from its form to its XML, in the same steps for STS and IAM.

import Cloud
import Digest
import HTTP
import HTTPServer
import Identity
import Platform
import Policy
import World
import XML

/// Answers the calls of one service that speaks the query protocol.
package final class QueryDialect: Sendable {
    private let cloud: Cloud
    private let dialect: JournalEntry.Dialect
    private let version: String
    private let namespace: String
    private let operations: [String: QueryOperation]
    private let unmodelled: Set<String>
    private let verifier: Verifier

    /// The largest form: a trust policy, percent-encoded, has room many times.
    private static let formBytes = 1 << 20

    /// A dialect.
    ///
    /// - Parameters:
    ///   - cloud: The cloud.
    ///   - dialect: The name in the journal, which is the service of the signature's scope too.
    ///   - version: The version of the service's interface, a date.
    ///   - operations: The calls that are modelled.
    ///   - unmodelled: The calls that the service has beside them.
    package init(
        _ cloud: Cloud,
        _ dialect: JournalEntry.Dialect,
        version: String,
        operations: [QueryOperation],
        unmodelled: Set<String>
    ) {
        self.cloud = cloud
        self.dialect = dialect
        self.version = version
        self.operations = Dictionary(uniqueKeysWithValues: operations.map { ($0.name, $0) })
        self.unmodelled = unmodelled
        namespace = "https://\(dialect.name).amazonaws.com/doc/\(version)/"
        verifier = Verifier(
            service: dialect.name,
            pathRule: .encodedTwice(normalised: true),
            requiresPayloadHash: false
        )
    }

    /// Answers a call, and writes it into the journal.
    ///
    /// 1. the form is readable, the call exists
    /// 2. who asks: the signature
    /// 3. the call's own checks: parameters, permission, then what it does
    ///
    /// Injected faults strike between 2 and 3, as those of S3 do.
    package func respond(to request: Request) async -> Response {
        let exchange = QueryExchange(request, cloud)
        var code: String?
        var response = Response(status: 200)
        var xml = XMLWriter(hasDeclaration: false)
        do throws(QueryError) {
            let body = try await self.body(of: request)
            exchange.receivedBytes = Int64(body.count)
            let operation = try route(exchange, body)  // 1
            try identify(exchange, body)  // 2
            if cloud.faults.isArmed, let loss = try await exchange.meetFaults() {
                var lost = Response(status: 0)
                lost.loss = loss
                record(exchange, 0, nil, bytesOut: 0)
                return lost
            }
            let result = try await operation.perform(exchange)  // 3
            xml.element("\(operation.name)Response", namespace: namespace) { xml in
                if let write = result.write { xml.element("\(operation.name)Result", write) }
                xml.element("ResponseMetadata") { xml in
                    xml.element("RequestId", exchange.id.uuid)
                }
            }
        } catch {
            code = error.code
            response.status = error.status
            xml = XMLWriter(hasDeclaration: false)
            xml.element("ErrorResponse", namespace: namespace) { xml in
                xml.element("Error") { xml in
                    xml.element("Type", error.type)
                    xml.element("Code", error.code)
                    xml.element("Message", error.message)
                }
                xml.element("RequestId", exchange.id.uuid)
            }
        }
        response.fields.add("x-amzn-RequestId", exchange.id.uuid)
        response.fields.add("x-amz-request-id") { exchange.id.append(to: &$0) }
        response.fields.add("Content-Type", constant: "text/xml")
        response.body = .bytes(xml.bytes)
        response.loss = exchange.loss(ofBytes: Int64(xml.bytes.count))
        record(exchange, response.status, code, bytesOut: Int64(xml.bytes.count))
        return response
    }

    private func body(of request: Request) async throws(QueryError) -> [UInt8] {
        do {
            return try await request.body.collect(limitBytes: QueryDialect.formBytes)
        } catch .tooLarge {
            throw QueryError(413, "RequestEntityTooLarge", "The request is too large.")
        } catch {
            throw QueryError(400, "MalformedInput", "The request body did not arrive.")
        }
    }

    private func route(
        _ exchange: QueryExchange,
        _ body: [UInt8]
    ) throws(QueryError) -> QueryOperation {
        guard let form = QueryForm(exchange.request.head.rawQuery ?? [], body[...]) else {
            throw QueryError(
                400,
                "MalformedQueryString",
                "Keys may not contain invalid characters."
            )
        }
        exchange.form = form
        guard let action = form["Action"] else {
            throw QueryError(400, "MissingAction", "Missing Action")
        }
        let sent = form["Version"] ?? "NO_VERSION_SPECIFIED"
        guard sent == version else { throw .unknownAction(action, version: sent) }
        guard let operation = operations[action] else {
            if unmodelled.contains(action) {
                exchange.operation = action
                throw .notModelled(action)
            }
            throw .unknownAction(action, version: version)
        }
        exchange.operation = action
        return operation
    }

    private func identify(_ exchange: QueryExchange, _ body: [UInt8]) throws(QueryError) {
        let head = exchange.request.head
        let (world, now) = (exchange.world, exchange.now)
        do throws(SignatureError) {
            switch try SigningForm.of(head.headers, rawQuery: head.rawQuery) {
            case .unsigned, .query: break
            case .header:
                let token = head.headers.bytes(of: "x-amz-security-token")
                let hash = SHA256.hash(body)
                let proof = try verifier.verify(
                    Verifier.Input(head, bodyHash: Array(hash.hex.utf8)[...]),
                    now: cloud.clock.signatureTime(),
                    region: nil
                ) { id throws(SignatureError) in
                    try world.credential(accessKeyID: id, token: token, now: now)
                }
                // A hash that the client declares must be the body's [documented: SigV4].
                if case .sha256(let declared) = proof.payload, declared != hash {
                    throw SignatureError.badPayloadHash(declared.hex)
                }
                exchange.caller = proof.holder.caller
                exchange.region = String(decoding: proof.region, as: UTF8.self)
                exchange.isKnown = true
            }
        } catch {
            throw QueryError(error)
        }
        if exchange.isKnown { return }
        if exchange.form["X-Amz-Signature"] != nil {
            throw .notModelled("presigned requests of \(dialect.name)")
        }
        throw .missingToken
    }

    private func record(
        _ exchange: QueryExchange,
        _ status: Int,
        _ code: String?,
        bytesOut: Int64
    ) {
        let head = exchange.request.head
        var entry = JournalEntry(
            id: exchange.id,
            time: exchange.now,
            dialect: dialect,
            operation: exchange.operation,
            method: head.method.name,
            status: status,
            headers: head.headers
        )
        if exchange.isKnown { entry.principal = exchange.principal.arn }
        entry.authorizations = exchange.authorizations
        entry.code = code
        entry.fault = exchange.strike?.words
        entry.bytesIn = exchange.receivedBytes
        entry.bytesOut = bytesOut
        entry.microseconds = Int((monotonicNanoseconds() - exchange.request.received) / 1_000)
        cloud.journal.record(entry)
    }
}

extension RequestID {
    /// The id in the form of STS's and IAM's: its first sixteen digits are the journal's.
    package var uuid: String {
        let digits = Array(description.lowercased().utf8)
        let tail = Array(hostID.utf8).map { UInt8(ascii: "0") + $0 % 10 }
        func text(_ bytes: some Sequence<UInt8>) -> String {
            String(decoding: Array(bytes), as: UTF8.self)
        }
        return text(digits[..<8]) + "-" + text(digits[8..<12]) + "-" + text(digits[12...]) + "-"
            + text(tail[..<4]) + "-" + text(tail[4..<16])
    }
}
