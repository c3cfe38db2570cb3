// The faults: what shall go wrong, what has.

import Cloud
import HTTPServer
import JSON
import World

extension AdminRoutes {
    /// All faults in their order.
    func faults() -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("faults") { writer in
                for entry in cloud.faults.entries { entry.write(to: &writer) }
            }
        }
        return Response(json: writer)
    }

    /// One fault with its counters.
    func fault(_ call: AdminCall) throws(AdminError) -> Response {
        guard let entry = Int(call.rest).flatMap(cloud.faults.entry) else {
            throw noFault(call.rest)
        }
        return answer(entry)
    }

    /// Adds a fault.
    func addFault(_ call: AdminCall) async throws(AdminError) -> Response {
        let node = try await call.document()
        let definition: FaultDefinition
        do throws(JSONError) {
            definition = try FaultDefinition(json: node, path: "")
        } catch {
            throw AdminError(error)
        }
        do throws(FaultBook.Full) {
            return answer(try cloud.faults.add(definition))
        } catch {
            throw AdminError(409, "\(error)")
        }
    }

    /// Takes one fault away.
    func removeFault(_ call: AdminCall) throws(AdminError) -> Response {
        guard let id = Int(call.rest), cloud.faults.remove(id) else { throw noFault(call.rest) }
        return done()
    }

    /// Takes all faults away, those of the world too.
    func removeFaults() -> Response {
        cloud.faults.removeAll()
        return done()
    }

    private func answer(_ entry: FaultBook.Entry) -> Response {
        var writer = JSONWriter()
        entry.write(to: &writer)
        return Response(json: writer)
    }

    private func noFault(_ id: String) -> AdminError {
        AdminError(404, "there is no fault `\(id)`")
    }
}

extension FaultBook.Entry {
    /// `{"id","match","do","matched","fired"}`.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", String(id))
            definition.writeMembers(to: &writer)
            writer.member("matched", matched)
            writer.member("fired", fired)
        }
    }
}
