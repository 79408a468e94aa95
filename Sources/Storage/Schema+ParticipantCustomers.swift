extension Schema {
    /// `customers` finds the participant of a customer id. This finds the customer id of a participant, as far as
    /// an operator or an event without a conversion named it. What conversions name stands in their rows, so that
    /// the main path writes nothing here.
    static let participantCustomers = """
        CREATE TABLE participant_customers(
            participant_id INTEGER PRIMARY KEY,
            customer TEXT NOT NULL
        ) STRICT;

        INSERT INTO participant_customers
            SELECT participant_id, max(customer) FROM customers
            WHERE participant_id NOT IN (SELECT participant_id FROM erasures)
            GROUP BY participant_id;
        """
}
