// The customer's role, and the sessions in which the platform takes it.

import Platform
import Transfer

/// A role to be assumed, and how.
package struct Role: Hashable, Sendable {
    package let arn: String
    /// What the role's trust policy asks for; nil when the customer agreed on none.
    package let externalID: String?
    /// The name of each session, as the customer's CloudTrail shows it.
    package let sessionName: String
    /// How long a session shall last.
    package let sessionSeconds: Int

    /// AWS's default: no role allows less, and it is the most that a session may ask for when it was itself
    /// got from a role ("role chaining").
    package static let usualSessionSeconds = 3_600
    /// What AssumeRole takes (API reference).
    package static let sessionSecondsRange = 900...43_200

    /// - Parameters:
    ///   - arn: the role's ARN.
    ///   - externalID: the external id, if there is one.
    ///   - owner: whose files are written: a customer's id, or `reseller`. It is the same in every run, so the
    ///     customer can name the session.
    ///   - sessionSeconds: how long a session shall last.
    package init(
        arn: String,
        externalID: String?,
        owner: String,
        sessionSeconds: Int = usualSessionSeconds
    ) {
        self.arn = arn
        self.externalID = externalID
        // At most 64 of [\w+=,.@-] (AssumeRole, API reference); ids of customers hold no others.
        sessionName = String("exporter-\(owner)".prefix(64))
        self.sessionSeconds = sessionSeconds
    }

    /// The account that the role belongs to.
    package var account: String? { PolicyText.account(of: arn) }

    /// The name without its path.
    package var name: String { arn.split(separator: "/").last.map(String.init) ?? arn }
}

/// A role of a customer's as a source of credentials: one session at a time, shared by everybody who writes
/// there, and replaced before it ends.
///
/// How long a session lasts is read from STS's own clock (`Expiration` less the answer's `Date`) and measured
/// by a clock that only runs forward, so it does not matter how wrong this machine's time is.
package final class AssumedRole: CredentialSource {
    /// A session that was started.
    package struct Session: Equatable, Sendable {
        package let credentials: AWSCredentials
        /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
        package let arn: String
        /// On the monotonic clock.
        let goodUntilNanoseconds: UInt64
    }

    private struct Attempts {
        /// How many have ended.
        var count = 0
        var last: Result<Session, CredentialsFailure>?
    }

    package let role: Role
    /// Where sessions are asked for.
    package var origin: String { sts.origin }
    private let sts: QueryService
    private let platform: @Sendable () throws(CredentialsFailure) -> AWSCredentials
    private let monotonicClock: @Sendable () -> UInt64
    private let attempts = Locked(Attempts())
    /// Held while STS is asked, so that everybody else waits for that one answer.
    private let gate = Locked(())

    /// - Parameters:
    ///   - role: the role.
    ///   - sts: who gives sessions.
    ///   - monotonicClock: nanoseconds that only grow.
    ///   - platform: the credentials that the role trusts, read anew for each session.
    package init(
        _ role: Role,
        sts: QueryService,
        monotonicClock: @escaping @Sendable () -> UInt64 = monotonicNanoseconds,
        platform: @escaping @Sendable () throws(CredentialsFailure) -> AWSCredentials
    ) {
        self.role = role
        self.sts = sts
        self.monotonicClock = monotonicClock
        self.platform = platform
    }

    package func credentials() throws(CredentialsFailure) -> AWSCredentials {
        try session().credentials
    }

    package func credentials(
        insteadOf refused: AWSCredentials
    ) throws(CredentialsFailure) -> AWSCredentials? {
        try session(insteadOf: refused.accessKeyID).credentials
    }

    /// The session that is good now; starts one where there is none.
    package func session() throws(CredentialsFailure) -> Session {
        try session(insteadOf: nil)
    }

    private func session(
        insteadOf refused: String?
    ) throws(CredentialsFailure) -> Session {
        let seen = attempts.withLock { $0 }
        if let session = usable(seen.last, insteadOf: refused) { return session }
        return try gate.withLock { _ throws(CredentialsFailure) in
            let now = attempts.withLock { $0 }
            if let session = usable(now.last, insteadOf: refused) { return session }
            // Whoever waited here while others were told no was told the same.
            if now.count != seen.count, case .failure(let failure)? = now.last { throw failure }
            let result: Result<Session, CredentialsFailure>
            do throws(CredentialsFailure) {
                result = .success(try start())
            } catch {
                result = .failure(error)
            }
            attempts.withLock {
                $0.count += 1
                $0.last = result
            }
            return try result.get()
        }
    }

    private func usable(
        _ last: Result<Session, CredentialsFailure>?,
        insteadOf refused: String?
    ) -> Session? {
        guard case .success(let session)? = last, session.credentials.accessKeyID != refused,
            monotonicClock() < session.goodUntilNanoseconds
        else { return nil }
        return session
    }

    private func start() throws(CredentialsFailure) -> Session {
        // The session can't be older than the question.
        let asked = monotonicClock()
        var parameters = [
            ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
            ("DurationSeconds", "\(role.sessionSeconds)"),
        ]
        if let externalID = role.externalID { parameters.append(("ExternalId", externalID)) }
        let answer = try sts.call("AssumeRole", parameters, with: try platform())
        func text(_ element: String, _ name: String) throws(CredentialsFailure) -> String {
            guard let text = answer.result.child(element)?.child(name)?.trimmedText, !text.isEmpty
            else { throw .unavailable("\(sts.origin): the answer to AssumeRole has no `\(name)`") }
            return text
        }
        let credentials = AWSCredentials(
            accessKeyID: try text("Credentials", "AccessKeyId"),
            secretAccessKey: try text("Credentials", "SecretAccessKey"),
            sessionToken: try text("Credentials", "SessionToken")
        )
        var seconds = Int64(role.sessionSeconds)
        if let end = Timestamp(iso8601: try text("Credentials", "Expiration")),
            let date = answer.date,
            end > date
        {
            seconds = min(seconds, end.seconds - date.seconds)
        }
        return Session(
            credentials: credentials,
            arn: try text("AssumedRoleUser", "Arn"),
            goodUntilNanoseconds: asked
                + UInt64(seconds - AssumedRole.marginSeconds(of: seconds)) * 1_000_000_000
        )
    }

    /// How long before its end a session is replaced: five minutes, of a short one a quarter.
    static func marginSeconds(of seconds: Int64) -> Int64 { min(300, seconds / 4) }
}

/// The roles that were assumed in this process: one session for each, however many files go through it.
package final class AssumedRoles: Sendable {
    private let known = Locked([Role: AssumedRole]())

    package init() {}

    /// The role; `make` is called for one that is not known yet.
    package func role(_ role: Role, make: () -> AssumedRole) -> AssumedRole {
        known.withLock { known in
            if let role = known[role] { return role }
            let made = make()
            known[role] = made
            return made
        }
    }
}
