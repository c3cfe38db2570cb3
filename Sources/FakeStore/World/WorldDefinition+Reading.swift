// From a world file's text to a definition. Whatever a world could say and this version can't keep is
// refused with its place, and so is every key that no world has: nothing is ignored.

import JSON
import Platform

extension WorldDefinition {
    /// What a secret is written as where it is not to be shown, and what leaves it as it is when read.
    package static let hiddenSecret = "***"

    /// Reads a world file and the policy files it names.
    ///
    /// - Throws: a `JSONError` with file, line and column.
    package static func load(path: String) throws(JSONError) -> WorldDefinition {
        let text: String
        do {
            text = try contents(of: path)
        } catch {
            throw JSONError(place: Place(file: path, line: 0, column: 0), message: error.words)
        }
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
        return try parse(text, file: path, folder: folder)
    }

    /// Reads a world's text.
    ///
    /// - Parameters:
    ///   - text: the JSON text.
    ///   - file: its name for errors, if it has one.
    ///   - folder: where paths begin, ending with a slash; empty for the working folder, nil to refuse paths.
    ///   - previous: the world whose secrets `"***"` stands for.
    /// - Returns: the definition.
    /// - Throws: a `JSONError` with file, line and column.
    package static func parse(
        _ text: String,
        file: String? = nil,
        folder: String? = nil,
        keepingSecretsOf previous: WorldDefinition? = nil
    ) throws(JSONError) -> WorldDefinition {
        let node = try JSON.parse(text, file: file)
        var reader = WorldReader(folder: folder, previous: previous)
        return try reader.world(node)
    }

    /// The text of a file the world names.
    static func contents(of path: String) throws(FileFault) -> String {
        do {
            let bytes = try OpenFile.contents(of: path, limitBytes: 16 << 20)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FileFault(words: "is not UTF-8")
            }
            return text
        } catch let error as SystemError {
            throw FileFault(words: error.description)
        } catch let error as FileFault {
            throw error
        } catch {
            throw FileFault(words: "\(error)")
        }
    }
}

struct FileFault: Error {
    let words: String
}

extension WorldDefinition {
    /// The secret of an access key, wherever it is.
    func secret(ofKey id: String) -> String? {
        for account in accounts {
            for key in account.rootAccessKeys + account.users.flatMap(\.accessKeys)
            where key.id == id {
                return key.secret
            }
            for session in account.roles.flatMap(\.sessions) where session.id == id {
                return session.secret
            }
        }
        return nil
    }
}

extension WorldDefinition {
    /// The token of a session, wherever it is.
    func token(ofSession id: String) -> String? {
        for account in accounts {
            for session in account.roles.flatMap(\.sessions) where session.id == id {
                return session.token
            }
        }
        return nil
    }
}
