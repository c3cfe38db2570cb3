import JSON
import Policy
import Testing

@testable import IAM

/// Where the simulator says that a statement stands.
@Suite struct StatementExtentTests {
    @Test func coversTheStatementFromBraceToBrace() throws {
        let document = try PolicyDocument.parse(
            """
            {"Version": "2012-10-17",
             "Statement": [
              {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::ü\\"}/*"},
              {"Effect": "Deny",
               "Action": "s3:*",
               "Resource": "*"} ]}
            """,
            kind: .identity
        )
        let first = try #require(document.extent(ofStatement: 0))
        #expect((first.start.line, first.start.column) == (3, 3))
        #expect((first.end.line, first.end.column) == (3, 75))
        let second = try #require(document.extent(ofStatement: 1))
        #expect((second.start.line, second.start.column) == (4, 3))
        #expect((second.end.line, second.end.column) == (6, 20))
        #expect(document.extent(ofStatement: 2) == nil)
    }
}
