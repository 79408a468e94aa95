import HTTP
import Transport

extension API {
    /// `GET /widget.js`: the script that a page of the customer's includes.
    func widgetScript(_ reply: Reply) { answer(script: WidgetScript.text, reply) }

    /// `GET /widget-example.js`: the script of the example page.
    func widgetExampleScript(_ reply: Reply) { answer(script: WidgetScript.exampleScript, reply) }

    private func answer(script: String, _ reply: Reply) {
        var response = Response(status: .ok, contentType: .script, body: Array(script.utf8))
        response.fields.append("cache-control", "public, max-age=3600")
        response.fields.append("cross-origin-resource-policy", "cross-origin")
        response.fields.append("x-content-type-options", "nosniff")
        reply.answer(CrossOrigin.open(response, true))
    }

    /// `GET /widget.html?campaign=N&key=KEY`: an example page with the widget.
    func widgetExample(_ reply: Reply) {
        var response = Response(
            status: .ok, contentType: .html, body: Array(WidgetScript.example.utf8))
        response.fields.append(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline';"
                + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        response.fields.append("x-content-type-options", "nosniff")
        response.fields.append("referrer-policy", "no-referrer")
        reply.answer(response)
    }
}

/// The script of the widget, and a page that shows it.
enum WidgetScript {
    /// The script. It puts a sign-up form, or the participant's own code, position and rewards, into
    /// each element that has `data-refgate-campaign` and `data-refgate-key`. It writes texts only,
    /// never markup, so that no answer can bring a script into the page.
    static let text = #"""
        (function () {
          "use strict";
          var script = document.currentScript;
          var api = new URL("api/v1/widget/", script.src).href;
          var texts = {
            email: "E-mail", name: "First name", join: "Join", joining: "One moment…",
            closed: "Sign-up is closed at the moment.",
            known: "This address is signed up already.",
            failed: "That did not work. Please try again.",
            code: "Your code", link: "Your link", copy: "Copy the link", copied: "Copied",
            position: "Your position", visits: "Visits", referrals: "Referrals",
            rewards: "Your rewards", none: "No rewards yet"
          };

          function add(parent, name, text, attributes) {
            var element = document.createElement(name);
            if (text !== undefined && text !== null) { element.textContent = String(text); }
            Object.keys(attributes || {}).forEach(function (key) {
              element.setAttribute(key, attributes[key]);
            });
            parent.appendChild(element);
            return element;
          }

          function stored(key, value) {
            try {
              if (value === undefined) { return window.localStorage.getItem(key); }
              if (value === null) { window.localStorage.removeItem(key); }
              else { window.localStorage.setItem(key, value); }
            } catch (error) { /* A page may forbid storage; the widget works without. */ }
            return null;
          }

          /* The code of the link that led here, also on later pages of the same visit. */
          function referrer() {
            var code = new URL(window.location.href).searchParams.get("ref");
            try {
              if (code) { window.sessionStorage.setItem("refgate:ref", code); }
              return code || window.sessionStorage.getItem("refgate:ref");
            } catch (error) { return code; }
          }

          function Widget(element) {
            this.element = element;
            this.campaign = Number(element.getAttribute("data-refgate-campaign"));
            this.key = element.getAttribute("data-refgate-key");
            this.place = "refgate:participant:" + this.campaign;
          }

          Widget.prototype.text = function (name) {
            return this.element.getAttribute("data-refgate-text-" + name) || texts[name];
          };

          Widget.prototype.ask = function (method, path, body) {
            var headers = { "X-API-Key": this.key };
            var token = stored(this.place);
            if (token && path === "participant") { headers["X-Participant-Token"] = token; }
            if (body) { headers["Content-Type"] = "application/json"; }
            return fetch(api + path, {
              method: method, headers: headers, credentials: "omit",
              body: body ? JSON.stringify(body) : undefined
            }).then(function (response) {
              return response.json().then(function (answer) {
                return { status: response.status, answer: answer };
              });
            });
          };

          Widget.prototype.start = function () {
            var widget = this;
            if (!stored(this.place)) { return this.showForm(); }
            return this.ask("GET", "participant").then(function (result) {
              if (result.status === 200) { return widget.show(result.answer); }
              if (result.status === 404) { stored(widget.place, null); }
              return widget.showForm();
            }).catch(function () { widget.showMessage(widget.text("failed")); });
          };

          Widget.prototype.clear = function () {
            this.element.textContent = "";
            this.element.classList.add("refgate");
          };

          Widget.prototype.showMessage = function (text) {
            this.clear();
            add(this.element, "p", text, { role: "status" });
          };

          Widget.prototype.showForm = function () {
            var widget = this;
            return this.ask("GET", "campaigns/" + this.campaign).then(function (result) {
              if (result.status !== 200 || !result.answer.accepts_signups) {
                return widget.showMessage(widget.text("closed"));
              }
              widget.clear();
              var form = add(widget.element, "form", null, { "class": "refgate-form" });
              add(form, "h2", result.answer.name);
              var email = widget.field(form, "email", "email");
              var name = widget.field(form, "name", "text");
              email.required = true;
              var button = add(form, "button", widget.text("join"), { type: "submit" });
              var message = add(form, "p", "", { role: "status", "aria-live": "polite" });
              form.addEventListener("submit", function (event) {
                event.preventDefault();
                button.disabled = true;
                message.textContent = widget.text("joining");
                widget.signUp(email.value, name.value, referrer()).then(function (text) {
                  button.disabled = false;
                  if (text) { message.textContent = text; }
                });
              });
            }).catch(function () { widget.showMessage(widget.text("failed")); });
          };

          Widget.prototype.field = function (form, name, type) {
            var label = add(form, "label", this.text(name));
            return add(label, "input", null, {
              type: type, name: name, autocomplete: name === "email" ? "email" : "given-name"
            });
          };

          /* The message to show; none after a sign-up. */
          Widget.prototype.signUp = function (email, name, code) {
            var widget = this;
            var body = { campaign_id: this.campaign, email: email };
            if (name) { body.name = name; }
            if (code) { body.referred_by = code; }
            return this.ask("POST", "signups", body).then(function (result) {
              var answer = result.answer;
              if (result.status === 201) {
                stored(widget.place, answer.participant_token);
                widget.show(answer);
                widget.element.dispatchEvent(new CustomEvent("refgate:signup", {
                  bubbles: true,
                  detail: { campaign: answer.campaign, referral_code: answer.referral_code }
                }));
                return null;
              }
              if (result.status === 409) {
                return widget.text(answer.code === "already_signed_up" ? "known" : "closed");
              }
              var pointers = (answer.errors || []).map(function (one) { return one.pointer; });
              /* A link with a mistyped code must not keep a person out. */
              if (code && pointers.indexOf("/referred_by") >= 0) {
                return widget.signUp(email, name, null);
              }
              return answer.detail || widget.text("failed");
            }).catch(function () { return widget.text("failed"); });
          };

          Widget.prototype.show = function (person) {
            var widget = this;
            this.clear();
            var list = add(this.element, "dl", null, { "class": "refgate-participant" });
            function row(name, value) {
              if (value === null || value === undefined) { return null; }
              add(list, "dt", widget.text(name));
              return add(list, "dd", value, { "data-refgate": name });
            }
            row("code", person.referral_code);
            var link = person.share_url || person.referral_url;
            row("link", link);
            row("position", person.position);
            row("visits", person.visits);
            row("referrals", person.referral_count === null
              ? person.conversions : person.referral_count);
            if (link && navigator.clipboard) {
              var button = add(this.element, "button", this.text("copy"), { type: "button" });
              button.addEventListener("click", function () {
                navigator.clipboard.writeText(link).then(function () {
                  button.textContent = widget.text("copied");
                });
              });
            }
            add(this.element, "h3", this.text("rewards"));
            if (person.rewards.length === 0) { add(this.element, "p", this.text("none")); }
            var rewards = add(this.element, "ul", null, { "data-refgate": "rewards" });
            person.rewards.forEach(function (reward) {
              add(rewards, "li", widget.describe(reward), { "data-status": reward.status });
            });
          };

          Widget.prototype.describe = function (reward) {
            var value = reward.value || {};
            var parts = [reward.kind || "reward"];
            if (value.amount !== undefined && value.currency) {
              parts.push(this.money(value.amount, value.currency));
            } else if (value.points !== undefined) {
              parts.push(String(value.points));
            } else if (value.text !== undefined) {
              parts.push(value.text);
            }
            if (reward.coupon_code) { parts.push(reward.coupon_code); }
            parts.push("(" + reward.status.replace("_", " ") + ")");
            return parts.join(" ");
          };

          Widget.prototype.money = function (amount, currency) {
            try {
              var format = new Intl.NumberFormat(undefined, { style: "currency", currency: currency });
              var digits = format.resolvedOptions().maximumFractionDigits;
              return format.format(amount / Math.pow(10, digits));
            } catch (error) { return amount + " " + currency; }
          };

          function startAll() {
            document.querySelectorAll("[data-refgate-campaign]").forEach(function (element) {
              if (element.refgate) { return; }
              element.refgate = new Widget(element);
              element.refgate.start();
            });
          }

          window.refgate = { start: startAll, texts: texts };
          if (document.readyState === "loading") {
            document.addEventListener("DOMContentLoaded", startAll);
          } else { startAll(); }
        }());

        """#

    /// A page that shows the widget of the campaign in its query, with the key in its query.
    static let example = #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>refgate widget</title>
        <style>
        body { font-family: sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem; }
        label { display: block; margin: .5rem 0; }
        input { display: block; width: 100%; padding: .4rem; box-sizing: border-box; }
        dt { font-weight: bold; }
        </style>
        </head>
        <body>
        <h1>Invite your friends</h1>
        <p>This page takes the campaign and the publishable key from its own address:
        <code>/widget.html?campaign=1&amp;key=ref_live_…</code>. A page of yours has them in the
        element:</p>
        <pre>&lt;div data-refgate-campaign="1" data-refgate-key="ref_live_…"&gt;&lt;/div&gt;
        &lt;script src="https://GATEWAY/widget.js" async&gt;&lt;/script&gt;</pre>
        <div id="widget"></div>
        <script src="widget-example.js"></script>
        <script src="widget.js"></script>
        </body>
        </html>

        """#

    /// The script of the example page, which a page of the customer's does not need.
    static let exampleScript = #"""
        (function () {
          "use strict";
          var query = new URL(window.location.href).searchParams;
          var element = document.getElementById("widget");
          element.setAttribute("data-refgate-campaign", query.get("campaign") || "");
          element.setAttribute("data-refgate-key", query.get("key") || "");
        }());

        """#
}
