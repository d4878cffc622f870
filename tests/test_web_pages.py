"""A page that a function serves opens in a browser, and asks its API; closing ends requests that run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
import clouds
import psutil
import pytest
from apis import Rest, arn_of, ask

from lambda_study.cloud import Cloud
from lambda_study.doctor import find_chromium

real_cloud = clouds.real_cloud
WEB = "tests/handlers/web.py"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def processes():
    return psutil.Process().children(recursive=True)


@pytest.mark.browser
def test_a_page_of_a_function_opens_in_a_browser_and_another_page_may_call_it(real_cloud):
    from playwright.sync_api import sync_playwright

    real_cloud.deploy(f"{WEB}:page", name="page")
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"]}
    by_url = boto3.client("lambda").create_function_url_config(
        FunctionName="page", AuthType="NONE", Cors=cors
    )["FunctionUrl"]
    by_api = boto3.client("apigatewayv2").create_api(Name="page", ProtocolType="HTTP", Target=arn_of("page"))[
        "ApiEndpoint"
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        page = browser.new_page()
        for address in (by_url, f"{by_api}/"):
            page.goto(address)
            page.wait_for_function("document.querySelector('h1').textContent === 'swan'")
            assert page.title() == "Photo club"
        page.goto(by_url.replace("127.0.0.1", "localhost"))  # another origin
        ask_url = "url => fetch(url).then(answer => answer.json(), error => String(error))"
        assert page.evaluate(ask_url, f"{by_url}name") == {"name": "swan"}
        assert "Failed to fetch" in page.evaluate(ask_url, f"{by_api}/name")  # without CORS
        browser.close()


def test_closing_ends_requests_that_run_and_leaves_nothing(tmp_path):
    begun = [tmp_path / "by-api", tmp_path / "by-url"]
    threads_before, processes_before = set(threading.enumerate()), set(processes())
    with Cloud(clock="real") as cloud, ThreadPoolExecutor() as threads:
        cloud.deploy(f"{WEB}:waits", name="waits", timeout_s=60)
        by_url = boto3.client("lambda").create_function_url_config(FunctionName="waits", AuthType="NONE")
        addresses = [Rest(cloud).method("/", "waits").deploy(), by_url["FunctionUrl"]]
        answers = [
            threads.submit(ask, f"{address}?begun={path}")
            for address, path in zip(addresses, begun, strict=True)
        ]
        clouds.wait_for(lambda: all(path.exists() for path in begun))
        cloud.close()
        for answer in answers:
            clouds.wait_for(answer.done)
    clouds.wait_for(lambda: not set(threading.enumerate()) - threads_before)
    assert not set(processes()) - processes_before
