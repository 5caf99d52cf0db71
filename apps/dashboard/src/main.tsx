/** Mounts the dashboard. */
import './ui/mantine-styles.ts';
import './ui/tokens.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/query-client.ts';
import { router } from './router.tsx';
import { focusEachPage } from './shell/focus-each-page.ts';
import { Toasts } from './ui/toasts.tsx';
import { UiProvider } from './ui/ui-provider.tsx';

const place = document.getElementById('root');
if (place === null) throw new Error('the page has no place for the dashboard');

focusEachPage(router);

createRoot(place).render(
  <StrictMode>
    <UiProvider>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </UiProvider>
  </StrictMode>,
);
