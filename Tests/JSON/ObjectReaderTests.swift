import JSON
import Testing

@Suite struct ObjectReaderTests {
    private enum Status: String, CaseIterable, JSONReadable {
        case active = "Active"
        case inactive = "Inactive"
    }

    private struct World: Equatable {
        var region: String
        var port: UInt16
        var users: [User]
        var tags: [String]
    }

    private struct User: Equatable {
        var name: String
        var status: Status
        var isAdmin: Bool
        var groups: [String]
    }

    private func read(_ text: String) throws(JSONError) -> World {
        let node = try JSON.parse(text, file: "w.json")
        return try ObjectReader.read(node) { world throws(JSONError) in
            World(
                region: try world.value("region", default: "us-east-1"),
                port: try world.value("port", default: 9000),
                users: try world.objects("users") { user throws(JSONError) in
                    User(
                        name: try user.required("name"),
                        status: try user.value("status", default: .active),
                        isAdmin: try user.value("admin", default: false),
                        groups: try user.value("groups", default: [])
                    )
                },
                tags: try world.dictionary("tags", of: String.self).map { "\($0.key)=\($0.value)" }
            )
        }
    }

    @Test func readsTypedMembers() throws {
        let world = try read(
            #"{"users": [{"name": "u", "status": "Inactive", "admin": true, "groups": ["g"]}, {"name": "v"}], "port": 80, "region": null, "tags": {"b": "1", "a": "2"}}"#
        )
        #expect(
            world
                == World(
                    region: "us-east-1",
                    port: 80,
                    users: [
                        User(name: "u", status: .inactive, isAdmin: true, groups: ["g"]),
                        User(name: "v", status: .active, isAdmin: false, groups: []),
                    ],
                    tags: ["b=1", "a=2"]
                )
        )
    }

    @Test(arguments: [
        ("[]", "1:1: expected an object, met an array"),
        (#"{"usrs": []}"#, "1:2: unknown key `usrs`; did you mean `users`?"),
        (#"{"x": 1}"#, "1:2: unknown key `x`"),
        (#"{"users": [{"name": "u"}, {"nam": "v"}]}"#, "1:27: users[1]: `name` is missing"),
        (
            #"{"users": [{"name": "u", "stats": 1}]}"#,
            "1:26: users[0]: unknown key `stats`; did you mean `status`?"
        ),
        (#"{"users": [{"name": null}]}"#, "1:21: users[0].name: expected a string, met null"),
        (#"{"users": {}}"#, "1:11: users: expected an array, met an object"),
        (#"{"users": [1]}"#, "1:12: users[0]: expected an object, met a number"),
        (
            #"{"users": [{"name": "u", "groups": ["g", 2]}]}"#,
            "1:42: users[0].groups[1]: expected a string, met a number"
        ),
        (#"{"port": "80"}"#, "1:10: port: expected a whole number, met a string"),
        (#"{"port": 8.5}"#, "1:10: port: expected a whole number, met `8.5`"),
        (#"{"port": 65536}"#, "1:10: port: `65536` is out of range: expected 0 to 65535"),
        (
            #"{"users": [{"name": "u", "status": "active"}]}"#,
            "1:36: users[0].status: expected one of `Active`, `Inactive`, met `active`; did you mean `Active`?"
        ),
        (
            #"{"users": [{"name": "u", "admin": "yes"}]}"#,
            "1:35: users[0].admin: expected true or false, met a string"
        ),
        (#"{"tags": {"a": 1}}"#, "1:16: tags.a: expected a string, met a number"),
    ])
    func refuses(text: String, error: String) {
        let met = #expect(throws: JSONError.self) { try read(text) }
        #expect(met?.description == "w.json:" + error)
    }

    @Test(arguments: ["{}", #"{"k":null}"#, #"{"k":[]}"#, #"{"k":{}}"#, #"{"k":false}"#])
    func allowsWhatIsNotSupportedAsLongAsItSaysNothing(text: String) throws {
        var reader = try ObjectReader(JSON.parse(text))
        try reader.refuse("k", because: "not supported yet")
        try reader.finish()
    }

    @Test func refusesWhatIsNotSupportedInWords() throws {
        var reader = try ObjectReader(JSON.parse(#"{"k":[1]}"#, file: "f"), path: "a")
        let error = #expect(throws: JSONError.self) {
            try reader.refuse("k", because: "not supported yet")
        }
        #expect(error?.description == "f:1:6: a.k: not supported yet")
    }
}
