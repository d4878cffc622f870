export const handler = async (event, context) => {
  console.log("somebody is at the door");
  return `Welcome to the club, ${event.name}!`;
};
