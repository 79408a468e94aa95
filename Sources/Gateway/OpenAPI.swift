import API
import JSON

/// The description of the HTTP API for programs.
package enum OpenAPI {
    /// The OpenAPI 3.1 document as indented JSON.
    package static var document: [UInt8] { OpenAPIDocument.document(.indented) }
}
