/// The reason why a request is refused before a handler sees it.
package enum RequestError: Error, Equatable, Sendable {
    case malformedRequestLine
    case unknownMethod
    case unsupportedVersion
    case targetTooLong(limit: Int)
    case malformedTarget
    case headerTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    case malformedField
    case foldedField
    case bareLineEnd
    case missingHost
    case repeatedHost
    case invalidHost
    case invalidContentLength
    case repeatedContentLength
    case conflictingFraming
    case invalidTransferCoding
    case unknownTransferCoding
    case unknownExpectation
    case bodyTooLarge(limit: Int)
    case malformedChunk
    case chunkExtensionsTooLarge(limit: Int)
    case trailersTooLarge(limit: Int)
    case headerTimeout
    case bodyTimeout
    /// The client closed its side of the connection in the middle of a request.
    case incompleteRequest
    case overloaded
    case answerTimeout
    case tooMuchBuffered
    case stopping
    case tooManyConnections
    case tooManyConnectionsOfPeer
}
