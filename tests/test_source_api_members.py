"""Who has signed in to a user pool gets past the authorizer of an API, and nobody else."""

from __future__ import annotations

import boto3
import clouds
import pytest
from apis import Rest, arn_of, ask

cloud = clouds.cloud
WEB = "tests/handlers/web.py"
PASSWORD = "Swan-2026!"


@pytest.fixture
def pool(cloud):
    """A pool with a client, and the tokens of a member."""
    cloud.deploy(f"{WEB}:echo", name="echo")
    users = boto3.client("cognito-idp")
    made = users.create_user_pool(PoolName="club")["UserPool"]
    client = users.create_user_pool_client(
        UserPoolId=made["Id"], ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    users.admin_create_user(UserPoolId=made["Id"], Username="ada")
    users.admin_set_user_password(UserPoolId=made["Id"], Username="ada", Password=PASSWORD, Permanent=True)
    tokens = users.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return {"id": made["Id"], "arn": made["Arn"], "client": client, "tokens": tokens}


def test_a_rest_api_takes_the_id_token_of_its_pool(cloud, pool):
    api = Rest(cloud)
    authorizer = api.client.create_authorizer(
        restApiId=api.id,
        name="club",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool["arn"]],
        identitySource="method.request.header.Authorization",
    )
    api.method("/", "echo", authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer["id"])
    url, token = api.deploy(), pool["tokens"]["IdToken"]
    claims = ask(url, Authorization=token).json["requestContext"]["authorizer"]["claims"]
    assert (claims["cognito:username"], claims["token_use"]) == ("ada", "id")
    forged = token[:-6] + "AAAAAA"
    for other in (pool["tokens"]["AccessToken"], forged, "ticket"):
        assert ask(url, Authorization=other).json == {"message": "Unauthorized"}
    assert ask(url).status == 401
    cloud.clock.advance(hours=2)
    assert ask(url, Authorization=token).status == 401  # its hour is over


def test_an_http_api_takes_tokens_of_its_issuer_for_its_audience(cloud, pool):
    client = boto3.client("apigatewayv2")
    api = client.create_api(Name="club", ProtocolType="HTTP", Target=arn_of("echo"), RouteKey="GET /members")
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool['id']}"
    route = client.get_routes(ApiId=api["ApiId"])["Items"][0]["RouteId"]

    def guarded_for(audience):
        made = client.create_authorizer(
            ApiId=api["ApiId"],
            Name=audience,
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer, "Audience": [audience]},
        )
        client.update_route(
            ApiId=api["ApiId"], RouteId=route, AuthorizationType="JWT", AuthorizerId=made["AuthorizerId"]
        )
        return ask(f"{api['ApiEndpoint']}/members", Authorization=f"Bearer {pool['tokens']['AccessToken']}")

    answer = guarded_for(pool["client"])
    assert answer.json["requestContext"]["authorizer"]["jwt"]["claims"]["username"] == "ada"
    assert guarded_for("another").status == 401
