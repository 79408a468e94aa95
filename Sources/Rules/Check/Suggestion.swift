import Spelling

/// The end of a message about an unknown name: the name that was probably meant, or nothing.
func suggestion(for name: String, among names: [String]) -> String {
    nearest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
}
