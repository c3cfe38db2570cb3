// The write-ahead notes of one delivery's upload in parts, kept in the state.

import Destinations
import Platform
import State

/// The notes of one delivery.
///
/// The first failure to write is kept as well: it makes the state unusable, and the run must end with it
/// rather than with what became of the file.
final class DeliveryNotes: UploadNotes {
    private let ledger: DeliveryLedger
    private let delivery: Int64
    private let now: @Sendable () -> Timestamp
    private let firstFailure = Locked<(any Error)?>(nil)

    init(_ ledger: DeliveryLedger, delivery: Int64, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.delivery = delivery
        self.now = now
    }

    var failure: (any Error)? { firstFailure.withLock { $0 } }

    func unfinished() throws -> UnfinishedUpload? {
        try noting { state in
            guard let upload = try state.partUpload(of: delivery), let id = upload.uploadID else {
                return nil
            }
            return UnfinishedUpload(
                id: id,
                partBytes: upload.partBytes,
                isCompleting: upload.stage == .completing,
                parts: upload.parts.map {
                    UnfinishedUpload.Part(
                        number: $0.number,
                        count: $0.bytes,
                        etag: $0.etag,
                        checksum: $0.checksum
                    )
                }
            )
        }
    }

    func willBegin(partBytes: Int64) throws {
        try noting { state in
            // A process died while it waited for the answer to this.
            for upload in try state.unnamedUploads(of: delivery) {
                try state.leavePartUpload(upload.id, because: lostAnswer, isVoid: true)
            }
            _ = try state.beginPartUpload(delivery: delivery, partBytes: partBytes, now: now())
        }
    }

    func began(_ upload: UnfinishedUpload, lost: Int) throws {
        try noting { state in
            for row in try state.unnamedUploads(of: delivery) {
                try state.namePartUpload(row.id, upload.id)
            }
            try remember(lost, partBytes: upload.partBytes, state)
        }
    }

    func didNotBegin(lost: Int) throws {
        try noting { state in
            var partBytes = PartPlan.usualPartBytes
            for row in try state.unnamedUploads(of: delivery) {
                partBytes = row.partBytes
                try state.endPartUpload(row.id)
            }
            try remember(lost, partBytes: partBytes, state)
        }
    }

    func stored(_ part: UnfinishedUpload.Part) throws {
        try onUpload { state, id in
            try state.addPart(
                PartUpload.Part(
                    number: part.number,
                    bytes: part.count,
                    etag: part.etag,
                    checksum: part.checksum
                ),
                to: id
            )
        }
    }

    func willComplete() throws { try onUpload { try $0.willComplete($1) } }

    func wasNotCompleted() throws { try onUpload { try $0.wasNotCompleted($1) } }

    func gaveUp() throws { try onUpload { try $0.giveUpPartUpload($1) } }

    func ended() throws { try onUpload { try $0.endPartUpload($1) } }

    func left(because reason: String, isVoid: Bool) throws {
        try onUpload { try $0.leavePartUpload($1, because: reason, isVoid: isVoid) }
    }

    private var lostAnswer: String { "the answer that named it was lost" }

    /// Uploads that may have been begun and that nobody can name.
    private func remember(_ lost: Int, partBytes: Int64, _ state: State) throws {
        for _ in 0..<lost {
            let id = try state.beginPartUpload(
                delivery: delivery,
                partBytes: partBytes,
                now: now()
            )
            try state.leavePartUpload(id, because: lostAnswer, isVoid: true)
        }
    }

    private func onUpload(_ body: (State, Int64) throws -> Void) throws {
        try noting { state in
            guard let upload = try state.partUpload(of: delivery) else { return }
            try body(state, upload.id)
        }
    }

    private func noting<Result>(_ body: (State) throws -> Result) throws -> Result {
        do {
            return try ledger.locked(body)
        } catch {
            firstFailure.withLock { if $0 == nil { $0 = error } }
            throw error
        }
    }
}
