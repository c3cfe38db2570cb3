// What the settings of a bucket mean for a request, and how calls change them.

import Cloud
import World

extension Exchange {
    /// The switches of S3 Block Public Access that hold for the bucket.
    var publicAccessBlock: PublicAccessBlock {
        state.world.publicAccessBlock(of: bucket.bucket)
    }

    /// Changes the bucket's settings; durable and visible when this returns.
    func changeSettings(_ change: (inout BucketSettings) -> Void) async throws(S3Error) {
        do { try await cloud.updateBucket(bucket, change) } catch {
            throw refusal(of: error, .none)
        }
    }
}
