// Conditions of a write, decided inside the mutation: between the check and the write there is nobody.

/// What must hold for the current version of a key for a write to happen.
package enum WriteCondition: Sendable, Equatable {
    /// Always.
    case none
    /// There is no object: `If-None-Match: *`, `ifGenerationMatch=0`.
    case ifNoneExists
    /// There is an object: `If-Match: *`.
    case ifExists
    /// The object has this entity tag (without quotes).
    case ifMatch(etag: String)
    /// There is no object with this entity tag.
    case ifNoneMatch(etag: String)
    /// The object has this generation.
    case ifGenerationMatch(Int64)
    /// The object has another generation; one that does not exist has generation 0.
    case ifGenerationNotMatch(Int64)
    /// The object has this metageneration.
    case ifMetagenerationMatch(Int64)
    /// There is no object of this metageneration.
    case ifMetagenerationNotMatch(Int64)
    /// All of them hold.
    indirect case all([WriteCondition])

    /// Whether a write may happen; a delete marker counts as no object.
    package func holds(for version: ObjectRecord?) -> Bool {
        let current = version.flatMap { $0.isDeleteMarker ? nil : $0 }
        switch self {
        case .none: return true
        case .ifNoneExists: return current == nil
        case .ifExists: return current != nil
        case .ifMatch(let etag): return current?.attributes.etag == etag
        case .ifNoneMatch(let etag): return current?.attributes.etag != etag
        case .ifGenerationMatch(let generation): return current?.sequence ?? 0 == generation
        case .ifGenerationNotMatch(let generation): return current?.sequence ?? 0 != generation
        case .ifMetagenerationMatch(let value): return current?.metageneration == value
        case .ifMetagenerationNotMatch(let value): return current?.metageneration != value
        case .all(let conditions): return conditions.allSatisfy { $0.holds(for: current) }
        }
    }
}
