// IAM's refusals in its own words [recorded by other emulators' suites that ran against AWS, but where it
// says otherwise].

import Policy
import QueryProtocol

extension QueryError {
    static func noSuchEntity(_ message: String) -> QueryError {
        QueryError(404, "NoSuchEntity", message)
    }

    /// The words are `The user with name bob cannot be found.`.
    static func notFound(_ what: String, _ name: String) -> QueryError {
        .noSuchEntity("The \(what) with name \(name) cannot be found.")
    }

    static func policyNotFound(_ arn: String) -> QueryError {
        .noSuchEntity("Policy \(arn) was not found.")
    }

    static func notAttachable(_ arn: String) -> QueryError {
        .noSuchEntity("Policy \(arn) does not exist or is not attachable.")
    }

    static func alreadyExists(_ message: String) -> QueryError {
        QueryError(409, "EntityAlreadyExists", message)
    }

    static func deleteConflict(_ message: String) -> QueryError {
        QueryError(409, "DeleteConflict", message)
    }

    static func limitExceeded(_ message: String) -> QueryError {
        QueryError(409, "LimitExceeded", message)
    }

    static func malformedPolicy(_ message: String) -> QueryError {
        QueryError(400, "MalformedPolicyDocument", message)
    }
}
