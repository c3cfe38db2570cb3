// What the head of an upload asks for beyond the plain upload: found in one look at its fields, because most
// ask for nothing.

import HTTP

/// What an upload asks for that needs more than s3:PutObject, or more than the plain way.
struct UploadAsks: OptionSet {
    let rawValue: UInt8

    static let acl = UploadAsks(rawValue: 1)
    static let tagging = UploadAsks(rawValue: 2)
    static let retention = UploadAsks(rawValue: 4)
    static let legalHold = UploadAsks(rawValue: 8)
    static let ifMatch = UploadAsks(rawValue: 16)
    /// Any of the fields about server-side encryption.
    static let encryption = UploadAsks(rawValue: 32)

    /// What needs permissions of its own.
    static let permissions: UploadAsks = [.acl, .tagging, .retention, .legalHold, .ifMatch]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ headers: HeaderFields) {
        self = []
        for index in headers.indices {
            switch headers.nameRange(at: index).count {
            case 8 where headers.hasName(at: index, startingWith: "if-match"): insert(.ifMatch)
            case 9 where headers.hasName(at: index, startingWith: "x-amz-acl"): insert(.acl)
            case 13 where headers.hasName(at: index, startingWith: "x-amz-tagging"):
                insert(.tagging)
            case 16...24 where headers.hasName(at: index, startingWith: "x-amz-grant-"):
                insert(.acl)
            case 22 where headers.hasName(at: index, startingWith: "x-amz-object-lock-mode"):
                insert(.retention)
            case 28 where headers.hasName(at: index, startingWith: "x-amz-object-lock-legal-hold"):
                insert(.legalHold)
            case 35
            where headers.hasName(at: index, startingWith: "x-amz-object-lock-retain-until-date"):
                insert(.retention)
            case 28...
            where headers.hasName(at: index, startingWith: "x-amz-server-side-encryption"):
                insert(.encryption)
            default: break
            }
        }
    }

    /// The permissions that an upload needs [documented: "Required permissions for Amazon S3 API
    /// operations"].
    var requirements: [Requirement] {
        if isDisjoint(with: .permissions) { return UploadAsks.plain }
        var needed = UploadAsks.plain
        if contains(.acl) { needed.append(Requirement(action: "s3:PutObjectAcl", target: .object)) }
        if contains(.tagging) {
            needed.append(Requirement(action: "s3:PutObjectTagging", target: .object))
        }
        if contains(.retention) {
            needed.append(Requirement(action: "s3:PutObjectRetention", target: .object))
        }
        if contains(.legalHold) {
            needed.append(Requirement(action: "s3:PutObjectLegalHold", target: .object))
        }
        // If-Match compares with the object that is there, and S3 asks for the right to read it as well
        // [reported: measured on AWS in floci-io/floci#3945].
        if contains(.ifMatch) {
            needed.append(Requirement(action: "s3:GetObject", target: .object))
        }
        return needed
    }

    private static let plain = [Requirement(action: "s3:PutObject", target: .object)]
}
