extension Schema {
    /// The customer id of a participant, if an operator or an event without a conversion named it;
    /// `customers` is the reverse. The ids in conversions are read from their rows, so that the
    /// main path writes nothing here.
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
