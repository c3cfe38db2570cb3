// Temporary credentials as STS answers them.

import World
import XML

extension XMLWriter {
    /// The `Credentials` element of a session.
    mutating func credentials(of grant: SessionGrant, _ sealer: SessionSealer) {
        element("Credentials") { xml in
            xml.element("AccessKeyId", grant.accessKeyID)
            xml.element("SecretAccessKey", sealer.secret(accessKeyID: grant.accessKeyID))
            xml.element("SessionToken", sealer.token(of: grant))
            xml.element("Expiration", grant.expires.iso8601())
        }
    }
}
