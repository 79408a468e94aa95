import Webhooks

extension SenderSample {
    var php: String {
        let introduction = introduction(call: "php send.php").map { "// \($0)" }
            .joined(separator: "\n")
        return #"""
            <?php
            \#(introduction)
            declare(strict_types=1);

            const URL = \#(Self.apostrophes(url));

            /** Returns the headers that prove the sender of a body. */
            function proof(string $id, string $body): array
            {
            \#(phpProof)
            }

            /** Posts an event until it is answered; a repeat with the same id has no effect. */
            function send(string $id, string $body): array
            {
                foreach ([1, 2, 4, 8, 16, null] as $pause) {
                    $headers = ['Content-Type: \#(contentType)', ...proof($id, $body)];
                    $text = @file_get_contents(URL, false, stream_context_create(['http' => [
                        'method' => 'POST', 'header' => $headers, 'content' => $body,
                        'timeout' => 10, 'ignore_errors' => true, 'follow_location' => 0,
                    ]]));
                    $received = $http_response_header ?? [];
                    $status = (int) (explode(' ', $received[0] ?? '')[1] ?? 0);
                    if ($text !== false && $status >= 200 && $status < 300) {
                        return json_decode($text, true, 64, JSON_THROW_ON_ERROR);
                    }
                    $isTemporary = $text === false || $status === 0 || $status === 429 || $status >= 500;
                    if (!$isTemporary || $pause === null) {
                        fwrite(STDERR, "HTTP $status: $text\n");
                        exit(1);
                    }
                    foreach ($received as $line) {
                        if (preg_match('/^Retry-After: *(\d+)/i', $line, $found)) {
                            $pause = max($pause, (int) $found[1]);
                        }
                    }
                    unset($http_response_header);
                    sleep($pause);
                }
            }

            \#(phpEvent)
            $answer = send($id, $body);
            echo "outcome: {$answer['outcome']}\n";
            if ($answer['duplicate'] ?? false) {
                echo "This event was sent before.\n";
            }

            """#
    }

    private var phpProof: String {
        switch proof {
        case .standardWebhooks(let prefix):
            #"""
                $sent = (string) time();
                $key = base64_decode(preg_replace('/^whsec_/', '', getenv('REFGATE_SECRET')));
                $signature = base64_encode(hash_hmac('sha256', "$id.$sent.$body", $key, true));
                return [
                    "\#(prefix)-id: $id",
                    "\#(prefix)-timestamp: $sent",
                    "\#(prefix)-signature: v1,$signature",
                ];
            """#
        case .hmac(let settings):
            #"""
                $signature = hash_hmac('\#(settings.digest)', $body, getenv('REFGATE_SECRET')\#(
                    settings.encoding == "hex" ? "" : ", true"));
                return [\#(Self.apostrophes("\(settings.header): \(settings.writtenPrefix)")) . \#(
                    settings.encoding == "hex" ? "$signature" : "base64_encode($signature)")];
            """#
        case .bearer(let header):
            #"""
                return [\#(Self.apostrophes("\(header): \(Proof.word(before: header))")) . getenv('REFGATE_SECRET')];
            """#
        case .address: "    return []; // the address is the proof: keep it secret"
        }
    }

    private var phpEvent: String {
        switch form {
        case .nested:
            #"""
            [, $code, $order, $amount, $currency] = $argv;
            $id = "purchase-$order";
            $body = json_encode([
                'type' => 'purchase',
                'data' => [
                    'referral_code' => $code,
                    'order_id' => $order,
                    'amount' => (int) $amount,
                    'currency' => $currency,
                ],
            ], JSON_THROW_ON_ERROR);
            """#
        case .flat:
            #"""
            [, $code, $order, $amount, $currency] = $argv;
            $id = "purchase-$order";
            $body = json_encode([
                'id' => $id,
                'type' => 'purchase',
                'referral_code' => $code,
                'order_id' => $order,
                'amount' => (int) $amount,
                'currency' => $currency,
            ], JSON_THROW_ON_ERROR);
            """#
        case .code:
            #"""
            [, $code] = $argv;
            $id = $code;
            $body = http_build_query(['code' => $code]);
            """#
        }
    }
}
