/// Where one of many declarations stands, for mistakes that show when it is applied.
package enum DeclaredPlace: Equatable, Sendable {
    case line(Int, file: String)
    /// The number of an element in the workspace's list, from 0.
    case element(Int, of: String)
}

extension DeclaredPlace: CustomStringConvertible {
    package var description: String {
        switch self {
        case .line(let line, let file): "\(file):\(line)"
        case .element(let index, let list): "/\(list)/\(index)"
        }
    }
}
