// Which buckets and keys a pattern covers besides those that were meant (iam.md section 2).

import Policy
import Spelling

extension Rule {
    static let buckets: [Rule] = [
        Rule(
            "BUCKET_WILDCARD_COVERS_OTHERS",
            .warning,
            in: .everywhere.subtracting([.trust, .key]),
            resource: {
                arn,
                token,
                view,
                _,
                report in
                guard let bucket = arn.bucket, bucket.last == "*", bucket.count > 1,
                    view.effect == .allow, !bucket.contains("$")
                else { return }
                let name = String(bucket.dropLast())
                guard !hasWildcard(name) else { return }
                let tail = arn.key.map { "/" + $0 } ?? ""
                report.add(
                    token,
                    "`\(bucket)` covers every bucket whose name begins so, also `\(name)-old` and those of others",
                    instead: tail.isEmpty
                        ? "`arn:aws:s3:::\(name)` and `arn:aws:s3:::\(name)/*`"
                        : "`arn:aws:s3:::\(name)\(tail)`"
                )
            }
        ),
        Rule(
            "PREFIX_WILDCARD_COVERS_OTHERS",
            .suggestion,
            in: .everywhere.subtracting([.trust, .key]),
            resource: {
                arn,
                token,
                view,
                _,
                report in
                guard let key = arn.key, key.last == "*", key.count > 1, view.effect == .allow,
                    let before = key.dropLast().last, before != "/", !hasWildcard(key.dropLast()),
                    before != "}"
                else { return }
                report.add(
                    token,
                    "`\(key)` also covers `\(key.dropLast())-2/...`",
                    instead: "`\(token.text.dropLast())/*` for a folder"
                )
            }
        ),
        // IAM can't know; only whoever knows the buckets can.
        Rule(
            "UNKNOWN_BUCKET",
            .warning,
            in: .everywhere.subtracting([.trust, .key]),
            resource: {
                arn,
                token,
                _,
                subject,
                report in
                let known = subject.names.buckets + [subject.attachment.bucket].compactMap { $0 }
                guard let bucket = arn.bucket, !known.isEmpty, !bucket.isEmpty,
                    !bucket.contains("$")
                else { return }
                let glob = Glob(bucket)
                guard !known.contains(where: { glob.matches($0) }) else { return }
                // What is no bucket of the policy's own is refused.
                if subject.kind == .bucket, subject.attachment.bucket != nil { return }
                let nearest = Spelling.nearest(to: bucket, among: known)
                report.add(
                    token,
                    "the bucket `\(bucket)` is not among the known ones"
                        + (nearest.map { ", and \(distance(bucket, $0)) from `\($0)`" } ?? ""),
                    instead: nearest.map { "`arn:aws:s3:::\($0)\(arn.key.map { "/" + $0 } ?? "")`" }
                )
            }
        ),
    ]

    /// `one letter`, `3 letters`.
    static func distance(_ left: String, _ right: String) -> String {
        let distance = Spelling.distance(from: left, to: right)
        return distance == 1 ? "one letter" : "\(distance) letters"
    }
}
