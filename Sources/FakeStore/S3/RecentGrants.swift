// The permissions that a loop has seen granted lately. Most requests ask what one just before them asked,
// about another key.

import Cloud
import EventLoop
import Policy

/// Grants that hold for whole buckets, of one loop.
///
/// `@unchecked Sendable` is right because it is touched by its loop's thread only: by `Exchange`s, each of
/// which lives on one loop and is given that loop's grants.
final class RecentGrants: @unchecked Sendable {
    /// More than the callers, buckets and actions that one loop meets in one breath.
    private static let count = 16

    private var grants: [Grant] = []
    /// The place of the next one to be replaced.
    private var next = 0

    /// The grant that answers a question about an object of the bucket.
    func find(
        _ action: String,
        by principal: PrincipalFacts,
        in bucket: CloudBucket,
        _ policies: borrowing PolicySet
    ) -> Grant? {
        for grant in grants where grant.covers(action, by: principal, in: bucket, policies) {
            return grant
        }
        return nil
    }

    /// Keeps an answer about an object of the bucket, if it holds for all of them.
    func keep(_ authorization: Authorization, in bucket: CloudBucket) {
        let asked = authorization.request
        guard find(asked.action, by: asked.principal, in: bucket, authorization.policies) == nil,
            let grant = Grant(authorization, in: bucket)
        else { return }
        if grants.count < RecentGrants.count {
            grants.append(grant)
        } else {
            grants[next] = grant
            next = (next + 1) % RecentGrants.count
        }
    }
}
