extension API {
    /// Everything that can be asked for. OPTIONS, 405 with its `Allow`, and 404 follow from it.
    static let routes: [Route] = [
        .open("healthz", API.health),
        .open("readyz", API.readiness),
        .open("metrics", API.figures),

        .get("explain", API.explain),
        .get("events", API.events),
        .get("events/#", API.event),
        .post("events/#/replay", API.replay),
    ]
}
