import Glibc
import Testing

/// Which sections of the rules have tests: the names of tests carry them, `section3String`.
@Suite struct SectionTests {
    /// The sections that say how documents are read and requests decided and refused.
    private static let sections = [
        "1", "1_1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "15", "16",
    ]

    /// Prints the sections without a test; those that are named here wait for the layers that they are of.
    @Test func everySectionHasATest() {
        let missing = SectionTests.sections.filter { section in
            !names.contains { $0 == section }
        }
        print(
            "sections without a test: \(missing.isEmpty ? "none" : missing.joined(separator: ", "))"
        )
        // What a call asks for is the dialects' knowledge.
        #expect(missing.filter { $0 != "7" } == [])
    }

    /// The sections in the names of all tests beside this one.
    private var names: Set<String> {
        let folder = String(
            #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
        )
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var sections = Set<String>()
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".swift") else { continue }
            let text = contents(of: folder + "/" + name)
            for part in text.split(separator: "func section").dropFirst() {
                sections.insert(String(part.prefix { $0.isNumber || $0 == "_" }))
            }
        }
        return sections
    }

    private func contents(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
