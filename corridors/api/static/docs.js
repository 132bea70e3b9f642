// Shows /openapi.json with Swagger UI. What is tried out goes to where this page came from, whatever the description
// calls the installation: the page's policy allows no other host.

const page = new URL(".", window.location.href);

const show = async () => {
  const answer = await fetch(new URL("openapi.json", page));
  const spec = await answer.json();
  spec.servers = [{ url: page.href.replace(/\/$/, "") }];
  window.SwaggerUIBundle({
    spec,
    dom_id: "#docs",
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
  });
};

show();
