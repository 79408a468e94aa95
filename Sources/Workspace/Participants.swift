import Declarations
import Reading
import Referrals

/// The participants that a workspace declares.
package enum Participants: Sendable {
    case listed([ParticipantDeclaration])
    /// A number of rows of a file that was read once and found valid.
    case file(path: String, count: Int)

    /// The number of participants.
    package var count: Int {
        switch self {
        case .listed(let list): list.count
        case .file(_, let count): count
        }
    }

    /// Calls `body` for each participant with its place; a file is read again, piece by piece.
    ///
    /// Throws an error of `body`, a `FileFailure`, or `Mistakes` if the file has changed since it
    /// was found valid.
    package func forEach(
        in folder: Folder, _ body: (ParticipantDeclaration, DeclaredPlace) throws -> Void
    ) throws {
        switch self {
        case .listed(let list):
            for (index, participant) in list.enumerated() {
                try body(participant, .element(index, of: "participants"))
            }
        case .file(let path, _):
            var rows = CSVRows(participants: try folder.open(path), file: path)
            guard try rows.readParticipantHeader() else { throw rows.mistakes }
            while try rows.next() {
                let participant = rows.participant()
                guard rows.count == 0 else { throw rows.mistakes }
                try body(participant, .line(rows.line, file: path))
            }
            guard rows.count == 0 else { throw rows.mistakes }
        }
    }
}

extension CSVRows {
    init(participants source: any ByteSource, file: String) {
        self.init(
            source, file: file, columns: ParticipantColumn.names,
            exported: ExportedParticipantColumn.names)
    }
}
