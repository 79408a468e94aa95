/// A side of an account, and the kind of its keys. The sides share no rows, pools, counters or
/// deliveries.
package enum AccountMode: String, CaseIterable, Sendable { case live, test }

/// The treatment of a secret key that arrives with a browser's `Origin` field.
package enum BrowserKeyPolicy: String, CaseIterable, Sendable {
    /// The use is noted in the log.
    case mark
    /// The request is refused, and noted in the log.
    case refuse
}

/// The routes that a key may use.
package enum KeyScope: String, CaseIterable, Sendable {
    /// All routes.
    case admin
    /// Reading, and the work of support: reviews, replays, resends, redemptions.
    case operate
    /// Reading only.
    case read
    /// The widget's routes only. The key may be public.
    case publishable

    /// True if a key of this scope may use a route that needs another one.
    package func includes(_ needed: KeyScope) -> Bool {
        switch (self, needed) {
        case (.admin, _): true
        case (.operate, .operate), (.operate, .read), (.operate, .publishable): true
        case (.read, .read): true
        case (.publishable, .publishable): true
        default: false
        }
    }
}
