// Health, reset, the world and the clock.

import Cloud
import HTTPServer
import JSON
import Platform
import World

extension AdminRoutes {
    /// Whether the server is up, and how much there is.
    func health() -> Response {
        let state = cloud.state
        var writer = JSONWriter()
        writer.object {
            $0.member("status", "ok")
            $0.member("version", version)
            $0.member("uptimeSeconds", uptimeSeconds)
            $0.member("time", cloud.clock.now().iso8601(milliseconds: true))
            $0.member("accounts", state.world.accounts.count)
            $0.member("buckets", state.buckets.count)
            $0.member("requests", cloud.journal.lastSequence)
        }
        return Response(json: writer)
    }

    /// Makes everything as it was just after the start.
    func reset() async throws(AdminError) -> Response {
        do {
            try await cloud.reset()
        } catch {
            throw AdminError(changing: error)
        }
        return done()
    }

    /// The living world as a world file.
    func world(_ call: AdminCall) throws(AdminError) -> Response {
        let text = cloud.world.definition.json(secrets: try call.query.flag("secrets") ?? false)
        var writer = JSONWriter()
        writer.raw(text.utf8)
        return Response(json: writer)
    }

    /// Makes the body the world, and answers it as it is now.
    func replaceWorld(_ call: AdminCall) async throws(AdminError) -> Response {
        guard let text = String(validating: try await call.bytes(), as: UTF8.self) else {
            throw AdminError(400, "the world is not UTF-8")
        }
        let definition: WorldDefinition
        do {
            definition = try WorldDefinition.parse(
                text,
                keepingSecretsOf: cloud.world.definition
            )
        } catch {
            throw AdminError(error)
        }
        do {
            try await cloud.replaceWorld(definition)
        } catch {
            throw AdminError(changing: error)
        }
        var writer = JSONWriter()
        writer.raw(cloud.world.definition.json(secrets: false).utf8)
        return Response(json: writer)
    }

    /// What the clock shows.
    func clock() -> Response {
        var writer = JSONWriter()
        writer.object {
            $0.member("now", cloud.clock.now().iso8601(milliseconds: true))
            switch cloud.clock.setting {
            case .fixed: $0.member("fixed", true)
            case .offset(let microseconds):
                $0.member("offsetSeconds", microseconds / 1_000_000)
            }
            $0.member("skew", cloud.clock.skewIsShifted ? "shifted" : "real")
        }
        return Response(json: writer)
    }

    /// Moves the clock: to a moment at which it stands still, by an offset, or back to real time.
    func setClock(_ call: AdminCall) async throws(AdminError) -> Response {
        let node = try await call.document()
        do throws(JSONError) {
            var reader = try ObjectReader(node)
            let offset: Int64? = try reader.optional("offsetSeconds")
            let skew: String? = try reader.optional("skew")
            let text: String? = try reader.optional("now")
            if let skew, skew != "shifted", skew != "real" {
                throw reader.error(at: "skew", "expected `shifted` or `real`, met `\(skew)`")
            }
            if text != nil, offset != nil {
                throw reader.error(
                    at: "offsetSeconds",
                    "`now` and `offsetSeconds` exclude each other"
                )
            }
            var setting = CloudClock.Setting.real
            if let text {
                guard let moment = Timestamp(iso8601: text) else {
                    throw reader.error(
                        at: "now",
                        "expected a time such as `2026-11-20T09:00:00Z`, met `\(text)`"
                    )
                }
                setting = .fixed(moment)
            } else if let offset {
                let limit = AdminRoutes.offsetLimitSeconds
                guard (-limit...limit).contains(offset) else {
                    throw reader.error(at: "offsetSeconds", "an offset is at most a thousand years")
                }
                setting = .offset(microseconds: offset * 1_000_000)
            }
            try reader.finish()
            cloud.clock.set(setting, skewIsShifted: skew == "shifted")
        } catch {
            throw AdminError(error)
        }
        return clock()
    }

    private static let offsetLimitSeconds: Int64 = 1_000 * 366 * 86_400

    func done() -> Response {
        var writer = JSONWriter()
        writer.object { $0.member("ok", true) }
        return Response(json: writer)
    }
}
