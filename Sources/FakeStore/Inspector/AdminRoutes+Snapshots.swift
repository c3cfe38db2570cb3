// Snapshots: kept under a name, brought back, removed.

import Cloud
import HTTPServer
import JSON
import Store

extension AdminRoutes {
    /// All snapshots in the order of their names.
    func snapshots() async throws(AdminError) -> Response {
        let records: [SnapshotRecord]
        do { records = try await cloud.store.listSnapshots() } catch {
            throw AdminError(changing: error)
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("snapshots") { writer in
                for record in records { record.write(to: &writer) }
            }
        }
        return Response(json: writer)
    }

    /// One snapshot.
    func snapshot(_ call: AdminCall) async throws(AdminError) -> Response {
        let name = try AdminRoutes.snapshotName(call.rest)
        let record: SnapshotRecord?
        do { record = try await cloud.store.snapshot(name) } catch {
            throw AdminError(changing: error)
        }
        guard let record else { throw AdminRoutes.noSnapshot(name) }
        return answer(record)
    }

    /// Keeps everything as it is under a name.
    func makeSnapshot(_ call: AdminCall) async throws(AdminError) -> Response {
        let name = try AdminRoutes.snapshotName(call.rest)
        do { return answer(try await cloud.makeSnapshot(name)) } catch {
            throw AdminError(changing: error)
        }
    }

    /// Makes everything as it was.
    func restoreSnapshot(_ call: AdminCall) async throws(AdminError) -> Response {
        let suffix = "/restore"
        guard call.rest.hasSuffix(suffix) else {
            throw AdminError(404, "a snapshot can be restored: POST snapshots/NAME/restore")
        }
        let name = try AdminRoutes.snapshotName(String(call.rest.dropLast(suffix.count)))
        do { try await cloud.restoreSnapshot(name) } catch StoreError.noSuchSnapshot {
            throw AdminRoutes.noSnapshot(name)
        } catch {
            throw AdminError(changing: error)
        }
        return done()
    }

    /// Forgets a snapshot.
    func removeSnapshot(_ call: AdminCall) async throws(AdminError) -> Response {
        let name = try AdminRoutes.snapshotName(call.rest)
        do {
            guard try await cloud.store.removeSnapshot(name) else {
                throw AdminRoutes.noSnapshot(name)
            }
        } catch let error as AdminError {
            throw error
        } catch {
            throw AdminError(changing: error)
        }
        return done()
    }

    private static func snapshotName(_ text: String) throws(AdminError) -> SnapshotName {
        do { return try SnapshotName(text) } catch { throw AdminError(400, "\(error)") }
    }

    private static func noSnapshot(_ name: SnapshotName) -> AdminError {
        AdminError(404, "there is no snapshot `\(name)`")
    }

    private func answer(_ record: SnapshotRecord) -> Response {
        var writer = JSONWriter()
        record.write(to: &writer)
        return Response(json: writer)
    }
}

extension SnapshotRecord {
    /// `{"name","created","buckets","objects","uploads","bytes"}`.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.description)
            writer.member("created", created.iso8601(milliseconds: true))
            writer.member("buckets", buckets)
            writer.member("objects", objects)
            writer.member("uploads", uploads)
            writer.member("bytes", bytes)
        }
    }
}
