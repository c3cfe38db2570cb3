// Many deletions in one commit.

/// What became of one deletion among many.
package enum BatchDeletion: Sendable {
    /// Nothing is under the key any more.
    case done
    /// The condition does not hold for the version that is there, if there is one; it was left alone.
    case failed(current: ObjectRecord?)
}

extension Store {
    /// Deletes objects of a bucket, each under its own condition; the others don't mind one that fails.
    ///
    /// - Parameters:
    ///   - bucket: The bucket's id.
    ///   - objects: Keys and conditions.
    /// - Returns: What became of each, in their order.
    /// - Throws: `StoreError.noSuchBucket`, `.noSpace` and others; then nothing has changed.
    package func delete(
        bucket: Int64,
        _ objects: [(key: [UInt8], condition: WriteCondition)]
    ) async throws(StoreError) -> [BatchDeletion] {
        try await change { catalog in
            try objects.map { object in
                do {
                    _ = try catalog.delete(
                        bucket: bucket,
                        key: object.key,
                        condition: object.condition
                    )
                    return .done
                } catch StoreError.preconditionFailed(let current) {
                    return .failed(current: current)
                }
            }
        }
    }
}
