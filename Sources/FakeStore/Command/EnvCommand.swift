// `fakestore env`: what a shell must export so that the usual clients come here.

import CommandLine
import FakeStore

/// The command that prints shell exports.
enum EnvCommand {
    static let command = Command(
        "env",
        summary: "print shell exports that point the usual clients here",
        details: """
            For a shell: eval "$(fakestore env)". The key is the first active one of the world. \
            STORAGE_EMULATOR_HOST keeps Google's clients away from the real cloud; their dialect is not \
            in this version.
            """,
        options: [
            .integer("port", "PORT", in: 1...65_535, default: 9_000, help: "port of the server"),
            .text("host", "ADDRESS", default: "127.0.0.1", help: "address of the server"),
            .text("world", "FILE", help: "the world that the server was started with"),
            .text("region", "REGION", help: "region, instead of the world's"),
        ]
    )

    static func run(_ arguments: Arguments) -> FakeStoreCommand.Exit {
        let world = arguments.text("world").map { FakeStore.World.file($0) } ?? .empty
        do {
            let facts = try FakeStore.clientFacts(of: world)
            guard let key = facts.key else {
                FakeStoreCommand.complain("fakestore: the world has no active access key")
                return .unusable
            }
            let host = arguments.required("host")
            let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            let url = "http://\(name):\(arguments.required("port"))"
            let region = arguments.text("region") ?? facts.region
            FakeStoreCommand.write(exports(url: url, key: key, region: region), to: 1)
            return .done
        } catch {
            FakeStoreCommand.complain("fakestore: \(error)")
            return .unusable
        }
    }

    private static func exports(url: String, key: FakeStore.AccessKey, region: String) -> String {
        let values = [
            ("AWS_ENDPOINT_URL", url), ("AWS_ACCESS_KEY_ID", key.id),
            ("AWS_SECRET_ACCESS_KEY", key.secret), ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region), ("AWS_EC2_METADATA_DISABLED", "true"),
            ("STORAGE_EMULATOR_HOST", url),
        ]
        let lines = values.map { "export \($0)=\(quoted($1))\n" }
        return lines.joined() + "unset AWS_SESSION_TOKEN AWS_PROFILE AWS_ENDPOINT_URL_S3\n"
    }

    /// A word that a POSIX shell takes as it is.
    private static func quoted(_ text: String) -> String {
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }
}
