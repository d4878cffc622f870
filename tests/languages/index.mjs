let count = 0;
const kept = [];
if (process.env.FAIL_INIT) throw new RangeError("böse");

export const handler = async (event, context) => {
  count += 1;
  console.log("gedruckt: ü€");
  if (event.do === "raise") throw new TypeError("böse");
  if (event.do === "sleep") await new Promise((resolve) => setTimeout(resolve, 60_000));
  while (event.do === "fill") kept.push(Buffer.alloc(4_000_000, 1));
  return {
    greeting: "grüße €",
    event,
    count,
    id: context.awsRequestId,
    name: context.functionName,
    left: context.getRemainingTimeInMillis(),
  };
};
