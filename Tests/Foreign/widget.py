"""Uses the widget in headless Chromium as a visitor would.

Arguments: the URL of the example page with its campaign and key, and the referral code that the
visitor comes with. Prints what the page shows, as JSON.
"""
import json
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

page, code = sys.argv[1:3]
options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]:
    options.add_argument(argument)
options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
wait = WebDriverWait(driver, 60)


def text(selector):
    return wait.until(lambda d: d.find_element(By.CSS_SELECTOR, selector)).text


try:
    shown = {}
    driver.get(page + "&ref=" + code)
    shown["title"] = text("form h2")
    driver.execute_script(
        "window.signups = [];"
        "document.addEventListener('refgate:signup', e => window.signups.push(e.detail));")
    # The form's own check keeps a wrong address from being sent.
    driver.find_element(By.CSS_SELECTOR, "input[name=email]").send_keys("no address")
    driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    shown["refuses"] = driver.execute_script(
        "return !document.querySelector('input[name=email]').validity.valid")
    email = driver.find_element(By.CSS_SELECTOR, "input[name=email]")
    email.clear()
    email.send_keys("visitor@example.com")
    driver.find_element(By.CSS_SELECTOR, "input[name=name]").send_keys("<b>Vic</b>")
    driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    shown["code"] = text("[data-refgate=code]")
    shown["link"] = text("[data-refgate=link]")
    shown["events"] = driver.execute_script("return window.signups")
    # The browser remembers the participant.
    driver.get(page)
    shown["remembered"] = text("[data-refgate=code]")
    shown["rewards"] = [
        element.text for element in driver.find_elements(By.CSS_SELECTOR, "[data-refgate=rewards] li")]
    # Another visitor of the same browser who forgot: the address is known.
    driver.execute_script("localStorage.clear()")
    driver.get(page)
    wait.until(lambda d: d.find_element(By.CSS_SELECTOR, "input[name=email]"))
    driver.find_element(By.CSS_SELECTOR, "input[name=email]").send_keys("visitor@example.com")
    driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    shown["again"] = wait.until(
        lambda d: [e.text for e in d.find_elements(By.CSS_SELECTOR, "form [role=status]")
                   if e.text and "moment" not in e.text])[0]
    # A mistyped code in the link does not keep a visitor out.
    driver.get(page + "&ref=MISTYPED")
    wait.until(lambda d: d.find_element(By.CSS_SELECTOR, "input[name=email]"))
    driver.find_element(By.CSS_SELECTOR, "input[name=email]").send_keys("other@example.com")
    driver.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    shown["other"] = text("[data-refgate=code]")
    shown["log"] = [
        entry["message"] for entry in driver.get_log("browser")
        if entry["level"] == "SEVERE" and "favicon" not in entry["message"]
        and "status of 409" not in entry["message"] and "status of 422" not in entry["message"]]
    print(json.dumps(shown))
finally:
    driver.quit()
