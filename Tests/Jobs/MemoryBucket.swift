import Digest
import Platform
import Transfer

/// A bucket in memory that knows PutObject with its conditions and HeadObject, as a transport.
///
/// Faults are played in order, one for each PUT; then everything works.
final class MemoryBucket: Transport {
    /// What goes wrong with a PUT.
    enum Fault: Sendable {
        /// Nothing.
        case none
        /// The connection is refused.
        case unreachable
        /// The file is stored and the answer lost.
        case answerLost
        /// The connection breaks before the file is stored, and nobody can tell.
        case requestLost
        /// S3 answers with this error and does nothing.
        case answer(Int, String)
    }

    /// What is stored under a key.
    struct Object: Sendable {
        var content: [UInt8]
        var sha256: String?
        var tag: String
    }

    private struct Contents {
        var objects: [String: Object] = [:]
        var faults: [Fault] = []
        var puts: [String] = []
        var heads = 0
        var mayRead = true
    }

    private let contents = Locked(Contents())

    /// Paths of the PUTs that were carried out.
    var puts: [String] { contents.withLock { $0.puts } }
    var requests: Int { contents.withLock { $0.puts.count + $0.heads } }

    func fail(_ faults: Fault...) { contents.withLock { $0.faults = faults } }

    /// Whether the principal has s3:GetObject; without it, HEAD and If-Match are denied.
    func allowReading(_ isAllowed: Bool) { contents.withLock { $0.mayRead = isAllowed } }

    subscript(path: String) -> Object? {
        get { contents.withLock { $0.objects[path] } }
        set { contents.withLock { $0.objects[path] = newValue } }
    }

    func perform(_ request: TransferRequest) throws(TransferFailure) -> TransferAnswer {
        let path = request.url.path
        if request.method == .head {
            return contents.withLock { contents in
                contents.heads += 1
                guard contents.mayRead else { return TransferAnswer(status: 403) }
                guard let object = contents.objects[path] else {
                    return TransferAnswer(status: 404)
                }
                var headers = [("ETag", "\"\(object.tag)\"")]
                if let sha256 = object.sha256 { headers.append(("x-amz-meta-sha256", sha256)) }
                return TransferAnswer(status: 200, headers: headers)
            }
        }
        let fault = contents.withLock { $0.faults.isEmpty ? Fault.none : $0.faults.removeFirst() }
        switch fault {
        case .unreachable: throw failure(.notSent)
        case .requestLost: throw failure(.sent)
        case .answer(let status, let code): return error(status, code)
        case .none: return store(request, path)
        case .answerLost:
            _ = store(request, path)
            throw failure(.sent)
        }
    }

    private func store(_ request: TransferRequest, _ path: String) -> TransferAnswer {
        func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }
        let content = bytes(of: request.body)
        return contents.withLock { contents in
            let object = contents.objects[path]
            if header("If-None-Match") != nil, object != nil {
                return error(412, "PreconditionFailed")
            }
            if let tag = header("If-Match") {
                guard contents.mayRead else { return error(403, "AccessDenied") }
                guard let object else { return error(404, "NoSuchKey") }
                guard tag == "\"\(object.tag)\"" else { return error(412, "PreconditionFailed") }
            }
            let tag = MD5.hash(content).hex
            contents.objects[path] = Object(
                content: content,
                sha256: header("x-amz-meta-sha256"),
                tag: tag
            )
            contents.puts.append(path)
            return TransferAnswer(status: 200, headers: [("ETag", "\"\(tag)\"")])
        }
    }

    private func bytes(of body: TransferRequest.Body) -> [UInt8] {
        switch body {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .file(let file, let offset, let count):
            var bytes = [UInt8](repeating: 0, count: Int(count))
            let read = try? bytes.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
            precondition(read == Int(count), "a short read of \(file.path)")
            return bytes
        }
    }

    private func error(_ status: Int, _ code: String) -> TransferAnswer {
        TransferAnswer(
            status: status,
            body: Array("<Error><Code>\(code)</Code><Message/></Error>".utf8)
        )
    }

    private func failure(_ reach: TransferFailure.Reach) -> TransferFailure {
        TransferFailure(reach: reach, reason: .connectionLost, message: "the connection broke")
    }
}
