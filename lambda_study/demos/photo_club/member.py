"""Who uses the application: a page in a browser, as the club's members have it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import boto3

from lambda_study.demos.photo_club.club import ClubApplication
from lambda_study.demos.picture import Picture
from lambda_study.demos.user_pool import code_sent_to
from lambda_study.demos.web import WebAnswer, ask
from lambda_study.errors import BadInput

PASSWORD = "Camera.1234"
DOMAIN = "club.example"


class Member:
    """Somebody with a browser, at the page of CLUB. Whoever has signed in sends a token with each request.

    Unlike AWS: no page is loaded, so nobody asks by CORS whether it may talk to the API and to the bucket.
    """

    def __init__(self, club: ClubApplication, name: str, domain: str = DOMAIN) -> None:
        self.name, self.address = name, f"{name}@{domain}"
        self._club = club
        self._pool = boto3.client("cognito-idp")
        self._token = ""

    def sign_up(self) -> None:
        """Sign up, and confirm it by the code that the pool has mailed; AWS's error for a stranger.

        Who has signed up before stays as they are.
        """
        try:
            self._pool.sign_up(
                ClientId=self._club.client_id,
                Username=self.name,
                Password=PASSWORD,
                UserAttributes=[{"Name": "email", "Value": self.address}],
            )
        except self._pool.exceptions.UsernameExistsException:
            return
        code = code_sent_to(self.address, self._club.cloud.trace)
        self._pool.confirm_sign_up(ClientId=self._club.client_id, Username=self.name, ConfirmationCode=code)

    def sign_in(self) -> None:
        """Sign in: from now on each request has the ID token."""
        answer = self._pool.initiate_auth(
            ClientId=self._club.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.name, "PASSWORD": PASSWORD},
        )
        self._token = str(answer["AuthenticationResult"]["IdToken"])

    def upload(self, name: str, photo: bytes) -> WebAnswer:
        """Ask the API for an address, and put the photo there; the last answer."""
        answer = self._ask("POST", json.dumps({"name": name}))
        if answer.status != 201:
            return answer
        return ask(json.loads(answer.text)["put"], "PUT", photo, Content_Type="image/jpeg")

    def gallery(self) -> list[dict[str, Any]]:
        """What the API lists: the member's photos. BadInput if it lists none, as after the token's hour."""
        answer = self._ask("GET")
        if answer.status != 200:
            raise BadInput(
                f"The API answered {answer.status}. Sign in, {self.name}.sign_in(), and ask again."
            )
        photos: list[dict[str, Any]] = json.loads(answer.text)["photos"]
        return photos

    def thumbnail(self, name: str) -> WebAnswer:
        """Get a thumbnail from the site."""
        return ask(f"{self._club.site}/{quote(f'{self.name}/{name}')}")

    def picture(self, name: str) -> Picture:
        """Get a thumbnail from the site, to look at."""
        return Picture(name, self.thumbnail(name).body)

    def _ask(self, method: str, body: str | None = None) -> WebAnswer:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return ask(f"{self._club.api}/photos", method, body, **headers)
