import Webhooks

extension SenderSample {
    var go: String {
        let introduction = introduction(call: "go run send.go").map { "// \($0)" }
            .joined(separator: "\n")
        return #"""
            \#(introduction)
            package main

            import (
            \#(goImports.map { "\t\"\($0)\"" }.joined(separator: "\n"))
            )

            const address = \#(Self.quoted(url))

            // prove adds the headers that prove the sender of a body.
            func prove(header http.Header, id string, body []byte) {
            \#(goProof)
            }

            // send posts an event until it is answered; a repeat with the same id has no effect.
            func send(id string, body []byte) (map[string]any, error) {
            	client := &http.Client{Timeout: 10 * time.Second}
            	for attempt := 0; ; attempt++ {
            		pause := time.Second << attempt
            		request, err := http.NewRequest(http.MethodPost, address, bytes.NewReader(body))
            		if err != nil {
            			return nil, err
            		}
            		request.Header.Set("Content-Type", "\#(contentType)")
            		prove(request.Header, id, body)
            		response, err := client.Do(request)
            		if err == nil {
            			var text []byte
            			text, err = io.ReadAll(response.Body)
            			response.Body.Close()
            			if err == nil && response.StatusCode < 300 {
            				var answer map[string]any
            				err = json.Unmarshal(text, &answer)
            				return answer, err
            			}
            			if err == nil {
            				err = fmt.Errorf("HTTP %d: %s", response.StatusCode, text)
            				if response.StatusCode < 500 && response.StatusCode != http.StatusTooManyRequests {
            					return nil, err
            				}
            			}
            			seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
            			if asked := time.Duration(seconds) * time.Second; asked > pause {
            				pause = asked
            			}
            		}
            		if attempt == 5 {
            			return nil, err
            		}
            		time.Sleep(pause)
            	}
            }

            func main() {
            	if len(os.Args) != \#(form == .code ? 2 : 5) {
            		fmt.Fprintln(os.Stderr, "usage: send \#(arguments)")
            		os.Exit(2)
            	}
            \#(goEvent)
            	answer, err := send(id, body)
            	if err != nil {
            		fmt.Fprintln(os.Stderr, err)
            		os.Exit(1)
            	}
            	fmt.Println("outcome:", answer["outcome"])
            	if answer["duplicate"] == true {
            		fmt.Println("This event was sent before.")
            	}
            }

            """#
    }

    private var goImports: [String] {
        var names = [
            "bytes", "encoding/json", "fmt", "io", "net/http", "os", "strconv", "time",
        ]
        if form == .code { names.append("net/url") }
        switch proof {
        case .standardWebhooks:
            names += ["crypto/hmac", "crypto/sha256", "encoding/base64", "strings"]
        case .hmac(let settings):
            names += ["crypto/hmac", "crypto/\(settings.digest)"]
            names.append(settings.encoding == "hex" ? "encoding/hex" : "encoding/base64")
        case .bearer, .address: break
        }
        return names.sorted()
    }

    private var goProof: String {
        switch proof {
        case .standardWebhooks(let prefix):
            #"""
            	sent := strconv.FormatInt(time.Now().Unix(), 10)
            	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("REFGATE_SECRET"), "whsec_"))
            	if err != nil {
            		panic("REFGATE_SECRET is not base64")
            	}
            	mac := hmac.New(sha256.New, key)
            	mac.Write([]byte(id + "." + sent + "."))
            	mac.Write(body)
            	header.Set("\#(prefix)-id", id)
            	header.Set("\#(prefix)-timestamp", sent)
            	header.Set("\#(prefix)-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
            """#
        case .hmac(let settings):
            #"""
            	mac := hmac.New(\#(settings.digest).New, []byte(os.Getenv("REFGATE_SECRET")))
            	mac.Write(body)
            	header.Set(\#(Self.quoted(settings.header)), \#(Self.quoted(settings.writtenPrefix))+\#(
                    settings.encoding == "hex"
                        ? "hex.EncodeToString" : "base64.StdEncoding.EncodeToString")(mac.Sum(nil)))
            """#
        case .bearer(let header):
            #"""
            	header.Set(\#(Self.quoted(header)), "\#(Proof.word(before: header))"+os.Getenv("REFGATE_SECRET"))
            """#
        case .address: "\t// The address is the proof: keep it secret."
        }
    }

    private var goEvent: String {
        switch form {
        case .nested, .flat:
            #"""
            	code, order, currency := os.Args[1], os.Args[2], os.Args[4]
            	amount, err := strconv.Atoi(os.Args[3])
            	if err != nil {
            		fmt.Fprintln(os.Stderr, "AMOUNT is a whole number")
            		os.Exit(2)
            	}
            	id := "purchase-" + order
            	body, err := json.Marshal(\#(goMembers))
            	if err != nil {
            		panic(err)
            	}
            """#
        case .code:
            #"""
            	id := os.Args[1]
            	body := []byte(url.Values{"code": {id}}.Encode())
            """#
        }
    }

    private var goMembers: String {
        switch form {
        case .nested:
            #"""
            map[string]any{
            		"type": "purchase",
            		"data": map[string]any{
            			"referral_code": code, "order_id": order, "amount": amount, "currency": currency,
            		},
            	}
            """#
        case .flat, .code:
            #"""
            map[string]any{
            		"id": id, "type": "purchase", "referral_code": code, "order_id": order,
            		"amount": amount, "currency": currency,
            	}
            """#
        }
    }
}
