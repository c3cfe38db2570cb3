// The steps before a call is done: what is it, who is it, where is it, may they.

import Cloud
import Digest
import HTTP
import HTTPServer
import Identity
import Platform
import Policy
import Store
import World

extension Exchange {
    /// 1. Reads the address and finds the call.
    func route() throws(S3Error) -> Operation {
        address = try Address(host: head.host, rawPath: head.rawPath)
        addressedBucket = state.bucket(bucketName)
        if let rawQuery = head.rawQuery, !rawQuery.isEmpty { query = try Query(rawQuery) }
        let target: Target =
            switch address {
            case .service: .service
            case .bucket: .bucket
            case .object: .object
            }
        // In this order, so that the journal knows the call even when it is refused.
        let found = try OperationTable.find(
            method: head.method,
            target: target,
            query: query,
            isCopy: head.method == .put && head.headers.contains("x-amz-copy-source")
        )
        operation = found
        return found
    }

    /// 2. Finds out who asks.
    func identify() throws(S3Error) {
        let expectedRegion = addressedBucket?.region
        let world = state.world
        do throws(SignatureError) {
            switch try SigningForm.of(headers, rawQuery: head.rawQuery) {
            case .unsigned:
                knownCaller = world.unsigned
                payload = unsignedPayload()
            case .query: break
            case .header:
                let token = headers.bytes(of: "x-amz-security-token")
                var credential: Credential?
                let signed = try Verifier.s3.verifyKey(
                    Verifier.Input(head),
                    now: signatureTime,
                    region: expectedRegion
                ) { id throws(SignatureError) in
                    credential = try world.credential(accessKeyID: id, token: token, now: now)
                    return credential?.foundKey
                }
                knownCaller = credential?.caller
                payload = signed.payload
                chunkSignatures = signed.chunks
                signedRegion = signed.region
            }
        } catch {
            throw S3Error(error, region: expectedRegion)
        }
        guard knownCaller != nil else { throw .notModelled("presigned URLs") }
        switch payload {
        case .streaming(.asymmetric), .streaming(.asymmetricTrailer):
            throw .notModelled("signatures with ECDSA")
        default: break
        }
    }

    /// How the body of a request comes that nobody signed: SDKs send the trailer's form without credentials
    /// too.
    ///
    /// Chunks with signatures need a head with one; whatever else stands in the field binds nobody.
    private func unsignedPayload() -> PayloadHash {
        guard let text = headers.bytes(of: "x-amz-content-sha256"),
            PayloadHash(text) == .streaming(.unsignedTrailer)
        else { return .unsigned }
        return .streaming(.unsignedTrailer)
    }

    /// 3. Finds the bucket, unless the call is about to make it or has none.
    func locate() throws(S3Error) {
        let name = bucketName
        if case .service = address { return }
        if operation?.name == "CreateBucket" {
            guard BucketName.fault(in: name) == nil else { throw .invalidBucketName(name) }
            if let existing = addressedBucket, !isRepeated(existing) {
                throw .bucketTaken(name, by: existing.account, caller: principal.account)
            }
            return
        }
        guard let found = addressedBucket else { throw .noSuchBucket(name) }
        knownBucket = found
        if let expected = headers.first("x-amz-expected-bucket-owner") {
            guard expected.utf8.count == 12,
                expected.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
            else { throw .invalidBucketOwner(expected) }
            guard expected == found.account else { throw .accessDenied }
        }
    }

    /// Whether a CreateBucket asks again for what its caller has: 200 in us-east-1, "for legacy
    /// compatibility" [documented: CreateBucket, BucketAlreadyOwnedByYou].
    private func isRepeated(_ existing: CloudBucket) -> Bool {
        existing.account == principal.account && existing.region == "us-east-1"
            && region == "us-east-1"
    }

    /// 4. Decides every permission the call needs; the first that is refused is the answer.
    func authorize() throws(S3Error) {
        guard let operation else { return }
        for requirement in operation.requirements(self) {
            if isGranted(requirement) { continue }
            let decision = decide(requirement)
            if !decision.isAllowed { throw refused(decision) }
            if requirement.target == .object, let knownBucket, let asked = authorizations.last {
                grants?.keep(asked, in: knownBucket)
            }
        }
    }

    /// Whether the answer to the first question is known from an earlier request of this loop.
    private func isGranted(_ requirement: Requirement) -> Bool {
        guard requirement.target == .object, let knownBucket, let grants, grant == nil,
            authorizations.isEmpty
        else { return false }
        grant = grants.find(
            requirement.action,
            by: caller.facts,
            in: knownBucket,
            policies(of: knownBucket)
        )
        return grant != nil
    }

    /// Asks the policies, and keeps question and answer for the journal.
    func decide(_ requirement: Requirement) -> Decision {
        decide(requirement.action, on: resourceARN(requirement.target), knownBucket)
    }

    /// Asks about another key than the address's, or about another bucket; nil means the bucket itself.
    func decide(_ action: String, on key: [UInt8]?, of bucket: CloudBucket) -> Decision {
        let address = key.map { Address.object(bucket: bucket.name, key: $0) }
        return decide(
            action,
            on: resourceARN(key == nil ? .bucket : .object, address ?? .bucket(bucket.name)),
            bucket
        )
    }

    private func decide(
        _ action: String,
        on resource: String,
        _ bucket: CloudBucket?
    ) -> Decision {
        var access = AccessRequest(
            action: action,
            resource: resource,
            principal: caller.facts,
            resourceAccount: bucket?.account ?? principal.account
        )
        let policies = policies(of: bucket)
        if policies.asksContext { access.context = context() }
        return decide(access, policies, in: bucket)
    }

    /// Asks these policies, and keeps question and answer for the journal.
    func decide(
        _ access: AccessRequest,
        _ policies: PolicySet,
        in bucket: CloudBucket? = nil
    ) -> Decision {
        var decision = evaluate(access, policies)
        if let bucket, bucket.bucket.hasPublicPolicy, decision.isAllowed,
            let policy = bucket.bucket.policy, isKeptOut(of: bucket)
        {
            decision = decision.restricted(by: policy)
        }
        authorizations.append(
            Authorization(request: access, policies: policies, decision: decision)
        )
        return decision
    }

    /// The documents that have a say in what the caller does with a bucket, or with none.
    private func policies(of bucket: CloudBucket?) -> PolicySet {
        PolicySet(
            identity: caller.policies,
            resource: bucket?.bucket.policy,
            callerLimits: caller.limits
        )
    }

    private func resourceARN(_ target: Target) -> String { resourceARN(target, address) }

    private func resourceARN(_ target: Target, _ address: Address) -> String {
        switch (target, address) {
        case (.service, _), (_, .service): "arn:aws:s3:::*"
        case (.bucket, .bucket(let name)), (.bucket, .object(let name, _)),
            (.object, .bucket(let name)):
            "arn:aws:s3:::\(name)"
        case (.object, .object(let name, let key)):
            // Once in every request, so without an interpolation.
            String(unsafeUninitializedCapacity: 14 + name.utf8.count + key.count) { text in
                var end = text.update(fromContentsOf: "arn:aws:s3:::".utf8)
                end = text[end...].update(fromContentsOf: name.utf8)
                text[end] = UInt8(ascii: "/")
                return text[(end + 1)...].update(fromContentsOf: key)
            }
        }
    }

    /// The refusal of a decision: AWS's sentence inside the bucket's account, the plain words outside it
    /// [documented: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3"].
    func refused(_ decision: Decision) -> S3Error {
        guard let request = authorizations.last?.request else { return .accessDenied }
        let error = S3Error.accessDenied(decision.awsMessage(for: request))
        // Clients find a bucket's region by its HEAD, allowed or not [reported].
        guard let knownBucket, case .bucket = address, head.method == .head else {
            return error
        }
        return error.telling(region: knownBucket.region)
    }
}
