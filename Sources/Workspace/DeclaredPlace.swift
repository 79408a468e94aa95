/// The place of one declaration among many, for mistakes that appear when it is applied.
package enum DeclaredPlace: Equatable, Sendable {
    case line(Int, file: String)
    /// The index of an element in the workspace's list, from 0.
    case element(Int, of: String)
}

extension DeclaredPlace: CustomStringConvertible {
    /// The place as it appears in a mistake.
    package var description: String {
        switch self {
        case .line(let line, let file): "\(file):\(line)"
        case .element(let index, let list): "/\(list)/\(index)"
        }
    }
}
