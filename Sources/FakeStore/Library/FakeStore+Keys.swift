// What clients need to know of a world to be pointed at it.

import World

extension FakeStore {
    /// The first active key of a user in a world, and the world's region.
    package static func clientFacts(
        of world: World
    ) throws(StartError) -> (key: AccessKey?, region: String) {
        let definition: WorldDefinition
        do {
            switch world {
            case .empty: definition = .standard()
            case .file(let path): definition = try .load(path: path)
            case .json(let text): definition = try .parse(text, folder: "")
            }
        } catch {
            throw .world("\(error)")
        }
        let keys = definition.accounts.flatMap {
            $0.users.flatMap(\.accessKeys) + $0.rootAccessKeys
        }
        let key = keys.first { $0.status == .active }.map {
            AccessKey(id: $0.id, secret: $0.secret)
        }
        return (key, definition.region)
    }
}
