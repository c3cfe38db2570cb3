// Paths in SETUP.json are relative to the file, as those in a world are: the state keeps them whole, so that it
// does not matter from where a later command is started.

@preconcurrency import Glibc
import State

extension SetupReader {
    /// The folder of a file, as an absolute path; the current one for a name without a folder.
    static func folder(of file: String) -> String {
        let folder =
            file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        guard let resolved = realpath(folder, nil) else { return folder }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A path from a file in `folder`; absolute ones stay, and so does everything without a folder.
    fileprivate static func resolve(_ path: String, in folder: String) -> String {
        if folder.isEmpty || path.hasPrefix("/") { return path }
        var path = Substring(path)
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        if path == "." { return folder }
        return folder == "/" ? "/\(path)" : "\(folder)/\(path)"
    }
}

extension PlatformSetup {
    func resolved(in folder: String) -> PlatformSetup {
        var platform = self
        platform.accessKeyID = accessKeyID?.resolved(in: folder)
        platform.secretAccessKey = secretAccessKey?.resolved(in: folder)
        platform.sessionToken = sessionToken?.resolved(in: folder)
        return platform
    }
}

extension ResellerSetup {
    func resolved(in folder: String) -> ResellerSetup {
        ResellerSetup(name: name, exports: exports.map { $0.resolved(in: folder) })
    }
}

extension SetupReader.Customer {
    func resolved(in folder: String) -> SetupReader.Customer {
        var setup = setup
        setup.export = setup.export?.resolved(in: folder)
        return SetupReader.Customer(
            setup: setup,
            place: place,
            accountPlaces: accountPlaces,
            bookReferences: bookReferences,
            destinationPlace: destinationPlace
        )
    }
}

extension SecretReference {
    fileprivate func resolved(in folder: String) -> SecretReference {
        guard case .file(let path) = self else { return self }
        return .file(SetupReader.resolve(path, in: folder))
    }
}

extension ExportSetup {
    fileprivate func resolved(in folder: String) -> ExportSetup {
        guard case .folder(let path) = destination.storage else { return self }
        var export = self
        export.destination.storage = .folder(path: SetupReader.resolve(path, in: folder))
        return export
    }
}
