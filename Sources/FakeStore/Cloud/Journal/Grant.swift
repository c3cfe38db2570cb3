// An answer of the policies that holds for every object of a bucket, so that it need not be asked for
// again with each request.

import Policy

/// A question whose answer was yes and depended neither on the key nor on the request's context.
///
/// So it holds for every key of the bucket, for as long as caller, documents and bucket are the very same
/// objects: a change of any of them makes new ones.
package final class Grant: Sendable {
    /// The bucket in which it holds.
    package let bucket: CloudBucket
    /// The question as it was put, about one of the keys.
    package let request: AccessRequest
    /// The documents that answered.
    package let policies: PolicySet

    /// The grant that an authorization for an object of the bucket is; nil when it holds for that request
    /// alone.
    package init?(_ authorization: Authorization, in bucket: CloudBucket) {
        let decision = authorization.decision
        guard decision.isAllowed, decision.dependence.isEmpty else { return nil }
        self.bucket = bucket
        request = authorization.request
        policies = authorization.policies
    }

    /// Whether it answers this question.
    package func covers(
        _ action: String,
        by principal: PrincipalFacts,
        in bucket: CloudBucket,
        _ policies: borrowing PolicySet
    ) -> Bool {
        self.bucket === bucket && request.principal === principal && request.action == action
            && self.policies.isSame(as: policies)
    }
}
